/** Differences between the protocol of 2014 and the current one. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, startUpload } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

const names = {
  "were valid in 2014: two to five components of 2 to 30 characters": [
    "library/ubuntu",
    "do/cker-reg.i_stry",
    `aa/bb/cc/dd/${"e".repeat(30)}`,
  ],
  "were invalid in 2014: one component, one letter, six components, long ones": [
    "ubuntu",
    "a/bb",
    "aa/bb/cc/dd/ee/ff",
    `aa/${"b".repeat(31)}`,
  ],
};
for (const [what, some] of Object.entries(names)) {
  test(`NAME-L1 names that ${what}, are valid now`, async () => {
    for (const name of some) {
      const blob = blobOf(name);
      await pushBlob(registry.url, name, blob);
      expect((await fetch(`${registry.url}/v2/${name}/blobs/${blob.digest}`)).status).toBe(200);
    }
  });
}

test("PATH-04 an id in any other format is an unknown upload session", async () => {
  const session = await startUpload(registry.url, "library/sessions");
  const start = session.slice(0, session.lastIndexOf("/") + 1);
  const ids = [
    session.slice(start.length).toUpperCase(),
    "D95306FA-FAD3-4E36-8D41-CF1C93EF8286",
    "dXBsb2FkIDQ3MTE==",
    "4711",
  ];
  for (const id of ids) {
    for (const [method, query] of [
      ["GET", ""],
      ["PATCH", ""],
      ["PUT", `?digest=${blobOf("x").digest}`],
      ["DELETE", ""],
    ] as const) {
      const response = await fetch(registry.url + start + id + query, { method });
      expect([id, method, response.status, await codesOf(response)]).toEqual([
        id,
        method,
        404,
        ["BLOB_UPLOAD_UNKNOWN"],
      ]);
    }
  }
  expect((await fetch(registry.url + session)).status).toBe(204);
});
