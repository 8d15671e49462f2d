/** Replays security advisories of other registries. If another test replays an advisory, its name has the number. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, startUpload } from "../support/push.ts";
import { startRepository } from "../support/repository.ts";
import { Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/advisories";

const { registry, image, at, put } = await startRepository(name);

function get(digest: Digest): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/blobs/${digest}`);
}

test("CVE-2014-8178 no client can store other bytes under a digest, neither before nor after the right bytes", async () => {
  const [right, other] = [blobOf("what the digest says"), blobOf("what somebody else says it is")];
  const forge = async () => {
    const upload = await Upload.start(registry.url, name);
    const inPieces = await Upload.start(registry.url, name);
    await inPieces.patch(other.bytes);
    const single = `${registry.url}/v2/${name}/blobs/uploads/?digest=${right.digest}`;
    for (const response of [
      await upload.put(`digest=${right.digest}`, other.bytes),
      await inPieces.put(`digest=${right.digest}`),
      await fetch(single, { method: "POST", body: other.bytes }),
      await put(right.digest, image.manifest),
    ]) {
      expect([response.status, await codesOf(response)]).toEqual([400, ["DIGEST_INVALID"]]);
    }
  };
  await forge();
  expect((await get(right.digest)).status).toBe(404);
  await pushBlob(registry.url, name, right);
  await forge();
  expect(await (await get(right.digest)).bytes()).toEqual(right.bytes);
});

describe("CVE-2017-14992 the registry stores compressed bytes unchanged", () => {
  const unpacked = new Uint8Array(8 * 1024 * 1024);
  const packed = Bun.gzipSync(unpacked);
  const send = (location: string, digest: Digest) => {
    const headers = { "content-encoding": "gzip", "content-type": "application/vnd.oci.image.layer.v1.tar+gzip" };
    return fetch(`${registry.url}${location}?digest=${digest}`, { method: "PUT", body: packed, headers });
  };

  test("a layer with a Content-Encoding is not decompressed", async () => {
    expect((await send(await startUpload(registry.url, name), digestOf(packed))).status).toBe(201);
    const back = await get(digestOf(packed));
    expect([back.headers.get("content-encoding"), await back.bytes()]).toEqual([null, packed]);
    expect((await send(await startUpload(registry.url, name), digestOf(unpacked))).status).toBe(400);
  });

  test("a manifest with a Content-Encoding is refused", async () => {
    const url = `${registry.url}/v2/${name}/manifests/packed`;
    const headers = { "content-encoding": "gzip", "content-type": mediaTypes.ociManifest };
    const refused = await fetch(url, { method: "PUT", body: Bun.gzipSync(image.manifest.bytes), headers });
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["MANIFEST_INVALID"]]);
  });
});

test("CVE-2024-22261 a query that looks like SQL is treated as plain text", async () => {
  const list = async (query: string) => {
    const response = await fetch(`${registry.url}/v2/${name}/tags/list?${query}`);
    return ((await response.json()) as { tags?: string[] }).tags;
  };
  const before = await list("");
  expect(before).toContain("latest");
  const injections = [
    "' OR '1'='1",
    "z' OR 1=1 --",
    "z'; DROP TABLE tags; --",
    "z') UNION SELECT name FROM sqlite_master --",
  ];
  for (const text of injections) {
    const encoded = encodeURIComponent(text);
    const after = before!.filter((tag) => Buffer.compare(Buffer.from(tag), Buffer.from(text)) > 0);
    expect([text, await list(`last=${encoded}`)]).toEqual([text, after]);
    expect([text, await list(`n=${encoded}`)]).toEqual([text, undefined]);
    const referrers = `${registry.url}/v2/${name}/referrers/${image.manifest.digest}?artifactType=a/b${encoded}`;
    const unfiltered = await fetch(referrers);
    expect([text, unfiltered.status, unfiltered.headers.get("oci-filters-applied")]).toEqual([text, 200, null]);
    expect([text, (await at(encoded)).status]).toEqual([text, 404]);
  }
  expect(await list("")).toEqual(before);
});

test("CVE-2024-22261 a manifest that looks like SQL is treated as plain text", async () => {
  const quotes = "'); DELETE FROM manifests; --";
  const subject = descriptorOf(image.manifest, mediaTypes.ociManifest);
  const manifest = imageOf(image.config, [], { subject, annotations: { [quotes]: quotes } });
  expect((await put(manifest.digest, manifest)).status).toBe(201);
  const referrers = await fetch(`${registry.url}/v2/${name}/referrers/${image.manifest.digest}`);
  expect(await referrers.json()).toMatchObject({
    manifests: [{ digest: manifest.digest, annotations: { [quotes]: quotes } }],
  });
  expect((await at("latest")).status).toBe(200);
});

test("CVE-2026-32590 an upload session stores no state in its Location, which is an id alone", async () => {
  const { bytes, digest } = blobOf("stateless", 10);
  const upload = await Upload.start(registry.url, name);
  expect(upload.location).toMatch(/^[\w/]+\/[0-9a-f-]{36}$/);
  // A pickle that would call a function, and the state of a session as another registry writes it.
  for (const state of ["Y3Bvc2l4CnN5c3RlbQooUyd0cnVlJwp0Ui4=", btoa('{"Name":"team/other","Offset":9}')]) {
    const query = `?_state=${encodeURIComponent(state)}&uploadState=x&offset=9`;
    expect((await fetch(upload.url + query)).headers.get("range")).toBe("0-0");
  }
  const patch = await fetch(`${upload.url}?_state=x`, { method: "PATCH", body: bytes });
  expect([patch.status, patch.headers.get("location"), patch.headers.get("range")]).toEqual([
    202,
    upload.location,
    "0-9",
  ]);
  expect((await upload.put(`_state=x&digest=${digest}`)).status).toBe(201);
});
