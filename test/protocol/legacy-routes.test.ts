/** The paths of 2014 and of today, and the replies of a registry without the paths of 2014. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as fc from "fast-check";
import { rows, rowsServed } from "../../src/api/table.ts";
import { Router } from "../../src/http/router.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushImage } from "../support/push.ts";
import { prepare, succeedingRequest } from "../support/prepared.ts";
import { ask, textOf, type RawRequest } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { requestOf } from "../support/requests.ts";

setDefaultTimeout(patienceMs);

const legacyRows = rows.filter(({ dialect }) => dialect === "2014");

let registry: TestRegistry;
let without: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  without = await startRegistry({ settings: { legacy: false } });
});
afterAll(() => Promise.all([registry.dispose(), without.dispose()]));

describe("LEG-12 today's routes match the same paths with and without the routes of 2014", () => {
  const [both, today] = [
    new Router(rowsServed({ deletion: true, legacy: true })),
    new Router(rowsServed({ deletion: true, legacy: false })),
  ];
  const words =
    "manifest manifests blob blobs upload uploads tags list referrers _oci tag-history _catalog ext discover";
  const texts = [
    "aa",
    "a",
    "library",
    "Upper",
    ".x",
    "",
    `sha256:${"a".repeat(64)}`,
    "5586ec55-d95f-4436-b3e7-1d7283bbc31e",
  ];
  const word = fc.constantFrom(...words.split(" "), ...texts);
  const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
  const query = fc.constantFrom("", "digest=x", "mount=x", "length=1");

  test("a path that today's routes know has the same match", () => {
    let known = 0;
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 7 }), method, query, (parts, verb, search) => {
        const path = `/v2/${parts.join("/")}`;
        const expected = today.match(verb, path, new URLSearchParams(search));
        if (expected.kind === "unknown") return;
        known += 1;
        expect(both.match(verb, path, new URLSearchParams(search))).toEqual(expected);
      }),
      { numRuns: 20_000 },
    );
    expect(known).toBeGreaterThan(1_000);
  });

  test("today's route gets the only kind of path that both could match", () => {
    const match = both.match("GET", "/v2/library/x/_oci/tag-history/manifest", new URLSearchParams());
    expect(match).toMatchObject({ kind: "row", row: { id: "tag-history" } });
  });
});

test("LEG-12 repositories whose names contain words of the old routes behave as before", async () => {
  for (const { url } of [registry, without]) {
    for (const name of ["a/manifest", "aa/manifest", "blob", "aa/blob/upload", "aa/blob"]) {
      const { manifest, layer } = await pushImage(url, name, "manifest");
      expect(await (await fetch(`${url}/v2/${name}/tags/list`)).json()).toEqual({ name, tags: ["manifest"] });
      const got = await fetch(`${url}/v2/${name}/manifests/manifest`);
      expect(got.headers.get("docker-content-digest")).toBe(manifest.digest);
      expect((await fetch(`${url}/v2/${name}/blobs/${layer.digest}`)).status).toBe(200);
    }
  }
});

test("LEG-12 the old routes serve a repository whose name contains their words", async () => {
  const name = "aa/blob/upload";
  const { layer } = await pushImage(registry.url, name, "manifest");
  const got = await fetch(`${registry.url}/v2/${name}/manifest/manifest`);
  expect(await got.json()).toMatchObject({ name, tag: "manifest", fsLayers: [{ blobSum: layer.digest }] });
  expect((await fetch(`${registry.url}/v2/${name}/blob/${layer.digest}`)).status).toBe(200);
  const post = await fetch(`${registry.url}/v2/${name}/blob/upload/`, { method: "POST" });
  expect(post.headers.get("location")).toStartWith(`/v2/${name}/blob/upload/`);
});

/** Everything that the client sees, except for values that differ each time. */
async function seen({ port }: TestRegistry, request: RawRequest) {
  const { status, headers, body } = await ask(port, request);
  for (const name of ["date", "location", "docker-upload-uuid"]) headers.delete(name);
  return { status, headers: Object.fromEntries(headers), body: textOf({ status, headers, body }) };
}

/** These rows list the routes of the registry, so their replies differ. */
const telling = new Set(["metrics", "openapi", "docs"]);

test("LEG-12 every row of today answers byte for byte as without the routes of 2014", async () => {
  for (const row of rows.filter(({ id, headOf = id, dialect }) => dialect === undefined && !telling.has(headOf))) {
    const name = `library/${row.id}`;
    const here = succeedingRequest(row, await prepare(registry, name));
    const there = succeedingRequest(row, await prepare(without, name));
    expect([row.id, await seen(registry, here)]).toEqual([row.id, await seen(without, there)]);
    for (const [parameter, { invalid }] of Object.entries(row.parameters)) {
      for (const text of invalid) {
        const request = requestOf(row, { path: { name, [parameter]: text } });
        expect([row.id, await seen(registry, request)]).toEqual([row.id, await seen(without, request)]);
      }
    }
  }
});

test("LEG-13 if they are off, each is 404 like any unknown path, and no document contains them", async () => {
  expect(legacyRows).not.toBeEmpty();
  for (const row of legacyRows) {
    const { method, headers = [], body } = requestOf(row);
    const { target } = requestOf(row);
    const request = (path: string) => ({ method, target: path, headers, ...(body && { body }) });
    const [asked, unknown] = [await seen(without, request(target)), await seen(without, request("/v2/no/such/route"))];
    expect(asked.status).toBe(404);
    expect(asked).toEqual(unknown);
    if (method !== "HEAD") expect(JSON.parse(asked.body)).toMatchObject({ errors: [{ code: "UNSUPPORTED" }] });
  }
  for (const path of ["/openapi.json", "/docs"]) {
    expect(await (await fetch(without.url + path)).text()).not.toContain("legacy-");
    expect(await (await fetch(registry.url + path)).text()).toContain("legacy-blob-get");
  }
});

test("LEG-10 a name that was invalid in 2014 is 400 INVALID_NAME on every row of 2014", async () => {
  for (const name of ["ubuntu", "a/bb", "aa/bb/cc/dd/ee/ff", `aa/${"b".repeat(31)}`, "aa/b__c", "aa/Upper"]) {
    for (const row of legacyRows.filter(({ method }) => method !== "HEAD")) {
      const { method, target, body } = requestOf(row, { path: { name } });
      const refused = await fetch(registry.url + target, { method, ...(body && { body: new Uint8Array(body) }) });
      expect([name, row.id, refused.status, await codesOf(refused)]).toEqual([name, row.id, 400, ["INVALID_NAME"]]);
    }
  }
});

test("LEG-17 the event of a request contains the tag, the digest or the upload session of its path", async () => {
  for (const row of legacyRows) {
    const { method, target, body } = requestOf(row);
    await fetch(registry.url + target, { method, ...(body && { body: new Uint8Array(body) }) });
    const { row: id, path } = registry.recorder.events.at(-1)!;
    const [own] = Object.values(row.parameters)
      .slice(-1)
      .map(({ examples }) => examples[0]);
    expect([id, path.includes(own!)]).toEqual([row.id, true]);
  }
});
