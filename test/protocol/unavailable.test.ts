/** A registry whose database cannot be read: each read is 503 with Retry-After. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { StoreUnavailable } from "../../src/metadata/store.ts";
import { blobOf } from "../support/content.ts";
import { Faults } from "../support/faults.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const faults = new Faults();
let registry: TestRegistry;
beforeAll(async () => {
  const expose = async () => {
    throw new StoreUnavailable("the supervisor does not answer");
  };
  registry = await startRegistry({ faults, expose });
});
afterAll(() => registry.dispose());

const values: Readonly<Record<string, string>> = {
  name: "team/away",
  tag: "latest",
  digest: blobOf("away").digest,
  session: crypto.randomUUID(),
};

/** Reads that need the store. The others are answered as usual. */
const reading = rows.filter(
  ({ id, writes, failures }) => !writes && failures.includes("UNAVAILABLE") && !id.startsWith("metrics"),
);

test("the list contains reads of every kind", () => {
  expect(reading.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["blob-get", "manifest-head-tag", "tag-list", "catalog", "referrer-list", "upload-status"]),
  );
});

for (const { id, method, path } of reading) {
  test(`H6: ${id} is 503 with Retry-After while the database cannot be read`, async () => {
    const url = registry.url + path.replace(/\{(\w+)\}/g, (_, key: string) => values[key]!);
    faults.readsFail = true;
    const refused = await fetch(url, { method });
    faults.readsFail = false;
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    if (method !== "HEAD") expect(await codesOf(refused)).toEqual(["UNAVAILABLE"]);
    expect((await fetch(url, { method })).status).not.toBe(503);
  });
}

test("M15: metrics that another process does not return are 503", async () => {
  const refused = await fetch(`${registry.url}/metrics`);
  expect([refused.status, await codesOf(refused)]).toEqual([503, ["UNAVAILABLE"]]);
  expect((await fetch(`${registry.url}/metrics`, { method: "HEAD" })).status).toBe(503);
});
