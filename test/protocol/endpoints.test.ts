/** The endpoints of the specification, each with the statuses of its table. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { ociLimits } from "../../src/oci/limits.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, imageOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob, startUpload } from "../support/push.ts";
import { startRepository } from "../support/repository.ts";

setDefaultTimeout(patienceMs);

const name = "team/endpoints";

const { registry, image } = await startRepository(name);

const absent = blobOf("absent").digest;
const manifestOf = (what: string) => imageOf(image.config, [], { annotations: { what } });
const nobodysSession = "blobs/uploads/5586ec55-d95f-4436-b3e7-1d7283bbc31e";

/** Sends a request to the repository, or to the repository `in`, and compares its status. */
async function expectStatus(status: number, method: string, path: string, init: RequestInit & { in?: string } = {}) {
  const response = await fetch(`${registry.url}/v2/${init.in ?? name}/${path}`, { method, ...init });
  expect([method, path, response.status]).toEqual([method, path, status]);
  await response.arrayBuffer();
}

const manifest = ({ bytes }: Pick<Content, "bytes">) => ({
  body: bytes,
  headers: { "content-type": mediaTypes.ociManifest },
});
const location = async () => (await startUpload(registry.url, name)).slice(`/v2/${name}/`.length);

describe("SPEC-CAT-01 pull", () => {
  test("end-1 confirms that the registry has the API", async () => {
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
  });

  test("end-2 returns a blob", async () => {
    for (const method of ["GET", "HEAD"]) {
      await expectStatus(200, method, `blobs/${image.layer.digest}`);
      await expectStatus(404, method, `blobs/${absent}`);
    }
  });

  test("end-3 returns a manifest", async () => {
    for (const method of ["GET", "HEAD"]) {
      for (const reference of ["latest", image.manifest.digest])
        await expectStatus(200, method, `manifests/${reference}`);
      for (const reference of ["absent", absent]) await expectStatus(404, method, `manifests/${reference}`);
    }
  });
});

describe("SPEC-CAT-01 push", () => {
  test("end-4a starts an upload session", async () => {
    await expectStatus(202, "POST", "blobs/uploads/");
  });

  test("end-4b accepts a blob in one request", async () => {
    const { bytes, digest } = blobOf("end-4b");
    await expectStatus(201, "POST", `blobs/uploads/?digest=${digest}`, { body: bytes });
    await expectStatus(400, "POST", `blobs/uploads/?digest=${absent}`, { body: bytes });
  });

  test("end-4c starts an upload session for a digest of another algorithm", async () => {
    await expectStatus(202, "POST", "blobs/uploads/?digest-algorithm=sha512");
    await expectStatus(400, "POST", "blobs/uploads/?digest-algorithm=crc32");
  });

  test("end-5 accepts a chunk", async () => {
    const session = await location();
    await expectStatus(202, "PATCH", session, { body: "12345", headers: { "content-range": "0-4" } });
    await expectStatus(416, "PATCH", session, { body: "12345", headers: { "content-range": "0-4" } });
    await expectStatus(404, "PATCH", nobodysSession, { body: "12345" });
  });

  test("end-6 finishes an upload session with a blob", async () => {
    const { bytes, digest } = blobOf("end-6");
    const session = await location();
    const range = { "content-range": `1-${bytes.length}` };
    await expectStatus(416, "PUT", `${session}?digest=${digest}`, { body: bytes, headers: range });
    await expectStatus(400, "PUT", session, { body: bytes });
    await expectStatus(201, "PUT", `${session}?digest=${digest}`, { body: bytes });
    await expectStatus(404, "PUT", `${session}?digest=${digest}`, { body: bytes });
  });

  test("end-7a accepts a manifest up to the size limit", async () => {
    const content = manifestOf("end-7a");
    for (const reference of ["end-7a", content.digest]) {
      await expectStatus(201, "PUT", `manifests/${reference}`, manifest(content));
      const tooLarge = new Uint8Array(ociLimits.manifestBytes + 1);
      await expectStatus(413, "PUT", `manifests/${reference}`, manifest({ bytes: tooLarge }));
    }
  });

  test("end-7b accepts a manifest with its tags", async () => {
    const content = manifestOf("end-7b");
    await expectStatus(201, "PUT", `manifests/${content.digest}?tag=end-7b-1&tag=end-7b-2`, manifest(content));
    for (const tag of ["end-7b-1", "end-7b-2"]) await expectStatus(200, "GET", `manifests/${tag}`);
  });

  test("end-11 mounts a blob, or starts an upload session", async () => {
    const target = { in: "team/mounted" };
    await expectStatus(201, "POST", `blobs/uploads/?mount=${image.layer.digest}&from=${name}`, target);
    await expectStatus(202, "POST", `blobs/uploads/?mount=${absent}&from=${name}`, target);
  });

  test("end-13 returns the status of an upload session", async () => {
    await expectStatus(204, "GET", await location());
    await expectStatus(404, "GET", nobodysSession);
  });

  test("end-14 cancels an upload session", async () => {
    const session = await location();
    await expectStatus(204, "DELETE", session);
    await expectStatus(404, "DELETE", session);
  });
});

describe("SPEC-CAT-01 content discovery", () => {
  test("end-8a end-8b list tags", async () => {
    for (const query of ["", "?n=1", "?n=1&last=a", "?last=a"]) {
      await expectStatus(200, "GET", `tags/list${query}`);
      await expectStatus(404, "GET", `tags/list${query}`, { in: "no/such" });
    }
  });

  test("end-12a end-12b list referrers", async () => {
    for (const query of ["", "?artifactType=application/vnd.example"]) {
      await expectStatus(200, "GET", `referrers/${image.manifest.digest}${query}`);
      await expectStatus(400, "GET", `referrers/latest${query}`);
    }
  });
});

describe("SPEC-CAT-01 content management", () => {
  test("end-9 deletes a tag or a manifest", async () => {
    const content = manifestOf("end-9");
    await expectStatus(201, "PUT", "manifests/end-9", manifest(content));
    for (const reference of ["end-9", content.digest]) {
      await expectStatus(202, "DELETE", `manifests/${reference}`);
      await expectStatus(404, "DELETE", `manifests/${reference}`);
    }
  });

  test("end-10 deletes a blob that no manifest needs", async () => {
    const loose = blobOf("end-10");
    await pushBlob(registry.url, name, loose);
    await expectStatus(202, "DELETE", `blobs/${loose.digest}`);
    await expectStatus(404, "DELETE", `blobs/${loose.digest}`);
    await expectStatus(405, "DELETE", `blobs/${image.layer.digest}`);
  });
});
