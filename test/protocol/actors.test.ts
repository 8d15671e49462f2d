/**
 * The principal of a request is resolved before access is checked, and is recorded in the rows that the request writes.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import type { AccessRequest } from "../../src/auth/grant.ts";
import { RegistryError } from "../../src/oci/errors.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, startUpload } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "team/app";
const asked: AccessRequest[] = [];
/** The principal of all requests at the moment. */
let caller = "alice";
let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry({
    // The answer comes later than the request, as from another service.
    authenticate: async () => {
      await Bun.sleep(1);
      if (caller === "nobody") throw new RegistryError("UNAUTHORIZED", {}, { challenge: 'Basic realm="registry"' });
      return { name: caller };
    },
    policy: {
      decide(request) {
        asked.push(request);
        return "granted";
      },
    },
  });
});
afterAll(() => registry.dispose());

/** The distinct values of the column `actor`, in alphabetical order. */
function actorsIn(table: string): unknown[] {
  using database = new Database(join(registry.data, "metadata.sqlite"), { readonly: true });
  const rows = database.query(`SELECT DISTINCT actor FROM ${table} ORDER BY actor`).all() as { actor: string | null }[];
  return rows.map(({ actor }) => actor);
}

test("the policy receives the principal, and each row that a request writes has it as the actor", async () => {
  const { manifest } = await pushImage(registry.url, name, "v1");
  await pushBlob(registry.url, name, blobOf("loose"));
  expect(new Set(asked.map(({ principal }) => principal.name))).toEqual(new Set(["alice"]));
  caller = "bob";
  await startUpload(registry.url, name);
  const path = `${registry.url}/v2/${name}`;
  for (const gone of [`manifests/v1`, `manifests/${manifest.digest}`, `blobs/${blobOf("loose").digest}`]) {
    expect((await fetch(`${path}/${gone}`, { method: "DELETE" })).status).toBe(202);
  }
  registry = await registry.restart();
  expect(actorsIn("repository_blobs")).toEqual(["alice"]);
  expect(actorsIn("tag_events")).toEqual(["alice", "bob"]);
  expect(actorsIn("trash")).toEqual(["bob"]);
  expect(actorsIn("uploads")).toEqual(["bob"]);
});

test("the event of a request contains its principal", async () => {
  caller = "carol";
  await fetch(`${registry.url}/v2/`);
  expect(registry.recorder.events.at(-1)?.actor).toBe("carol");
});

test("a request with wrong credentials is refused before the policy is called", async () => {
  caller = "nobody";
  asked.length = 0;
  const reply = await fetch(`${registry.url}/v2/${name}/tags/list`);
  expect([reply.status, await codesOf(reply)]).toEqual([401, ["UNAUTHORIZED"]]);
  expect(asked).toEqual([]);
});
