/** A registry without tarsums. It treats them as digests of an algorithm that it cannot verify. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { pushLayer, seededLayer } from "../support/layers.ts";
import { patienceMs } from "../support/patience.ts";
import { startUpload } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "team/layers";
const { bytes, digest, tarsum } = seededLayer("known before");
/** A digest of the same format, of an unknown algorithm. */
const other = tarsum.replace("tarsum.v1", "barsum.v1");

let registry: TestRegistry;
beforeAll(async () => {
  const before = await startRegistry();
  await pushLayer(before.url, name, bytes, tarsum);
  expect((await fetch(`${before.url}/v2/${name}/blobs/${tarsum}`)).status).toBe(200);
  registry = await before.restart({ legacy: false });
});
afterAll(() => registry.dispose());

/** A reply without the values that differ each time: its date, and the ids of sessions. */
async function replyTo(method: string, path: string, body?: Uint8Array<ArrayBuffer>) {
  const response = await fetch(registry.url + path, { method, ...(body && { body }) });
  const headers = Object.fromEntries(response.headers);
  delete headers["date"];
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  return JSON.stringify([response.status, headers, await response.text()]).replaceAll(uuid, "session");
}

/** Requests with a digest, and the status of the reply. */
const uses: Readonly<Record<string, readonly [number, (asked: string) => Promise<string>]>> = {
  GET: [404, (asked) => replyTo("GET", `/v2/${name}/blobs/${asked}`)],
  HEAD: [404, (asked) => replyTo("HEAD", `/v2/${name}/blobs/${asked}`)],
  DELETE: [404, (asked) => replyTo("DELETE", `/v2/${name}/blobs/${asked}`)],
  mount: [202, (asked) => replyTo("POST", `/v2/team/target/blobs/uploads/?${mountOf(asked)}`)],
  "PUT, which keeps the session": [400, putTwice],
  "POST with a body": [400, (asked) => replyTo("POST", `/v2/${name}/blobs/uploads/?${digestIn(asked)}`, bytes)],
  "POST without one": [202, (asked) => replyTo("POST", `/v2/${name}/blobs/uploads/?${digestIn(asked)}`)],
};

function digestIn(asked: string): URLSearchParams {
  return new URLSearchParams({ digest: asked });
}

function mountOf(asked: string): URLSearchParams {
  return new URLSearchParams({ mount: asked, from: name });
}

async function putTwice(asked: string): Promise<string> {
  const location = await startUpload(registry.url, name);
  const reply = await replyTo("PUT", `${location}?${digestIn(asked)}`, bytes);
  const put = await fetch(`${registry.url}${location}?${digestIn(digest)}`, { method: "PUT", body: bytes });
  expect(put.status).toBe(201);
  return reply;
}

for (const [what, [status, use]] of Object.entries(uses)) {
  test(`${what}: a tarsum is answered like a digest of an unknown algorithm, byte for byte`, async () => {
    const reply = await use(tarsum);
    expect(reply).toStartWith(`[${status},`);
    expect(reply).toBe((await use(other)).replaceAll(other, tarsum));
  });
}

test("the layers can be read by their digests", async () => {
  expect(await (await fetch(`${registry.url}/v2/${name}/blobs/${digest}`)).bytes()).toEqual(bytes);
});
