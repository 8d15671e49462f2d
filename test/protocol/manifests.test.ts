import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { digestOf } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf, indexOf, json, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage } from "../support/push.ts";
import { startRegistry } from "../support/registry.ts";
import { startRepository } from "../support/repository.ts";

setDefaultTimeout(patienceMs);

const name = "library/manifests";

const { registry, image, at, put } = await startRepository(name);

/** A valid manifest of exactly this many bytes. */
function imageOfSize(size: number): Content {
  const bare = imageOf(image.config, [], { annotations: { fill: "" } });
  return imageOf(image.config, [], { annotations: { fill: "x".repeat(size - bare.bytes.length) } });
}

describe("reading", () => {
  for (const by of ["tag", "digest"] as const) {
    test(`MAN-01 MAN-03 MAN-04 by ${by}, GET and HEAD have the same headers`, async () => {
      const { bytes, digest } = image.manifest;
      const reference = by === "tag" ? "latest" : digest;
      const [get, head] = [await at(reference), await at(reference, { method: "HEAD" })];
      expect(await get.bytes()).toEqual(bytes);
      expect((await head.bytes()).length).toBe(0);
      for (const { status, headers } of [get, head]) {
        expect(status).toBe(200);
        expect(headers.get("content-type")).toBe(mediaTypes.ociManifest);
        expect(headers.get("content-length")).toBe(String(bytes.length));
        expect(headers.get("docker-content-digest")).toBe(digest);
        expect(headers.get("etag")).toBe(`"${digest}"`);
      }
    });

    test(`MAN-06 by ${by}, If-None-Match is 304 with and without quotes`, async () => {
      const { digest } = image.manifest;
      for (const method of ["GET", "HEAD"]) {
        const ask = (known: string) =>
          at(by === "tag" ? "latest" : digest, { method, headers: { "if-none-match": known } });
        for (const known of [`"${digest}"`, digest, "*"]) {
          const get = await ask(known);
          expect([get.status, get.headers.get("docker-content-digest")]).toEqual([304, digest]);
          expect((await get.bytes()).length).toBe(0);
        }
        expect((await ask(`"${image.layer.digest}"`)).status).toBe(200);
      }
    });
  }

  test("MAN-05 code-7 code-9 a missing manifest is 404 MANIFEST_UNKNOWN, a missing repository NAME_UNKNOWN", async () => {
    for (const reference of ["nothing", blobOf("nothing").digest]) {
      const manifest = await at(reference);
      expect([manifest.status, await codesOf(manifest)]).toEqual([404, ["MANIFEST_UNKNOWN"]]);
      const repository = await at(reference, {}, "no/such");
      expect([repository.status, await codesOf(repository)]).toEqual([404, ["NAME_UNKNOWN"]]);
      for (const where of [name, "no/such"]) expect((await at(reference, { method: "HEAD" }, where)).status).toBe(404);
    }
  });

  test("SEC-08 a manifest of another repository is 404", async () => {
    const { manifest } = await pushImage(registry.url, "library/neighbour", "theirs");
    expect((await at(manifest.digest)).status).toBe(404);
    expect((await at("theirs")).status).toBe(404);
  });

  const accepted = ["*/*", "text/html", mediaTypes.dockerSchema1, `${mediaTypes.ociIndex};q=0.5, */*`, ""];
  for (const accept of accepted) {
    test(`MAN-07 MAN-08 CL-13 Accept "${accept}" returns the stored manifest`, async () => {
      const get = await at("latest", { headers: { accept } });
      expect([get.status, get.headers.get("content-type")]).toEqual([200, mediaTypes.ociManifest]);
    });
  }

  test("SEC-07 a manifest has the header nosniff", async () => {
    expect((await at("latest")).headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("I5 damaged bytes are never served: the reply is 500 UNKNOWN without details", async () => {
    const own = await startRegistry({ internalErrorsExpected: true });
    const { manifest } = await pushImage(own.url, name, "latest");
    const database = new Database(join(own.data, "metadata.sqlite"));
    const id = "(SELECT id FROM manifests WHERE digest = ?)";
    const damage = [new TextEncoder().encode("{}"), manifest.digest];
    database.run(`UPDATE manifest_bytes SET bytes = ? WHERE manifest_id = ${id}`, damage);
    database.close();
    const get = await fetch(`${own.url}/v2/${name}/manifests/latest`);
    expect([get.status, await codesOf(get.clone())]).toEqual([500, ["UNKNOWN"]]);
    expect(await get.text()).not.toContain("damaged");
    expect(own.recorder.defects[0]).toContain("damaged");
    await own.dispose();
  });
});

describe("pushing", () => {
  test("MPUT-01 a push is 201 with Location and digest, and no body", async () => {
    const manifest = imageOf(image.config, [image.layer], { annotations: { is: "new" } });
    for (const reference of ["new", manifest.digest]) {
      const stored = await put(reference, manifest);
      expect([stored.status, await stored.text()]).toEqual([201, ""]);
      expect(stored.headers.get("location")).toBe(`/v2/${name}/manifests/${manifest.digest}`);
      expect(stored.headers.get("docker-content-digest")).toBe(manifest.digest);
      expect(stored.headers.get("oci-subject")).toBeNull();
    }
  });

  test("MPUT-02 the registry returns the exact bytes, with their spaces and their order", async () => {
    const text = ` {\n\t"layers": [], "config" :${JSON.stringify(descriptorOf(image.config))},"schemaVersion": 2 }\n`;
    const bytes = new TextEncoder().encode(text);
    expect((await put("odd", { bytes, digest: digestOf(bytes) })).status).toBe(201);
    expect(await (await at("odd")).text()).toBe(text);
    expect((await at("odd")).headers.get("docker-content-digest")).toBe(digestOf(bytes));
  });

  test("MPUT-03 a push by a digest of other bytes is 400 DIGEST_INVALID, and stores nothing", async () => {
    const manifest = imageOf(image.config, [], { annotations: { digest: "wrong" } });
    for (const wrong of [blobOf("x").digest, blobOf("x", 1, "sha512").digest, "blake3:af1349b9"]) {
      const refused = await put(wrong, manifest);
      expect([refused.status, await codesOf(refused)]).toEqual([400, ["DIGEST_INVALID"]]);
    }
    expect((await at(manifest.digest)).status).toBe(404);
  });

  test("MPUT-04 a malformed digest is 400 DIGEST_INVALID", async () => {
    const refused = await put("sha256:baddigeststring", image.manifest);
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["DIGEST_INVALID"]]);
  });

  test("MPUT-05 MAN-02 parameters of the Content-Type are dropped", async () => {
    expect((await put("parameters", image.manifest, `${mediaTypes.ociManifest}; charset=utf-8`)).status).toBe(201);
    expect((await at("parameters")).headers.get("content-type")).toBe(mediaTypes.ociManifest);
  });

  test("MPUT-05 without a Content-Type, the document determines the type", async () => {
    const config = descriptorOf(image.config);
    const documents = {
      [mediaTypes.ociManifest]: json({ schemaVersion: 2, config, layers: [] }),
      [mediaTypes.ociIndex]: json({ schemaVersion: 2, manifests: [] }),
      [mediaTypes.dockerManifest]: json({ schemaVersion: 2, mediaType: mediaTypes.dockerManifest, config, layers: [] }),
    };
    for (const [type, { bytes, digest }] of Object.entries(documents)) {
      const stored = await at(digest, { method: "PUT", body: bytes });
      expect([type, stored.status]).toEqual([type, 201]);
      expect((await at(digest)).headers.get("content-type")).toBe(type);
    }
  });

  test("MPUT-07 a manifest of an unknown type is stored unchanged", async () => {
    const unknown = json({ hello: "world", nested: { deeply: [1, 2, 3] } });
    expect((await put("unknown", unknown, "application/vnd.example.thing+json")).status).toBe(201);
    const get = await at("unknown");
    expect([get.headers.get("content-type"), await get.bytes()]).toEqual([
      "application/vnd.example.thing+json",
      unknown.bytes,
    ]);
  });

  test("MPUT-11 code-5 the reply has one MANIFEST_BLOB_UNKNOWN for each missing digest, and nothing is stored", async () => {
    const [one, two] = [blobOf("missing one"), blobOf("missing two")];
    const manifest = imageOf(image.config, [one, image.layer, two, one]);
    for (const reference of ["incomplete", manifest.digest]) {
      const refused = await put(reference, manifest);
      expect(refused.status).toBe(400);
      const { errors } = (await refused.json()) as { errors: { code: string; detail: unknown }[] };
      expect(errors.map(({ code, detail }) => [code, detail])).toEqual([
        ["MANIFEST_BLOB_UNKNOWN", { digest: one.digest }],
        ["MANIFEST_BLOB_UNKNOWN", { digest: two.digest }],
      ]);
    }
    expect((await at("incomplete")).status).toBe(404);
    expect((await at(manifest.digest)).status).toBe(404);
  });

  test("MPUT-11 an index requires its manifests; a manifest that is present only as a blob does not count", async () => {
    await pushBlob(registry.url, name, image.manifest);
    expect((await put("index", indexOf([image.manifest]), mediaTypes.ociIndex)).status).toBe(201);
    const lone = imageOf(image.config, [], { annotations: { only: "a blob" } });
    await pushBlob(registry.url, name, lone);
    for (const child of [lone, blobOf("no manifest at all")]) {
      const refused = await put("index", indexOf([child]), mediaTypes.ociIndex);
      expect([refused.status, await codesOf(refused)]).toEqual([400, ["MANIFEST_BLOB_UNKNOWN"]]);
    }
  });

  test("MPUT-12 layers with URLs or of a non-distributable type may be missing", async () => {
    const absent = descriptorOf(blobOf("elsewhere"));
    const layers = [
      { ...absent, mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" },
      { ...absent, mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" },
      { ...absent, urls: ["https://layers.test/blob"] },
    ];
    for (const layer of layers) {
      const manifest = json({ schemaVersion: 2, config: descriptorOf(image.config), layers: [layer] });
      expect((await put("foreign", manifest)).status).toBe(201);
    }
  });

  test("MPUT-16 CVE-2020-1702 a manifest of 4 MiB is accepted, one byte more is 413", async () => {
    const largest = imageOfSize(4 * 1024 * 1024);
    expect(largest.bytes.length).toBe(4 * 1024 * 1024);
    expect((await put("largest", largest)).status).toBe(201);
    expect(await (await at("largest")).bytes()).toEqual(largest.bytes);
    const refused = await put("larger", imageOfSize(4 * 1024 * 1024 + 1));
    expect([refused.status, await codesOf(refused)]).toEqual([413, ["SIZE_INVALID"]]);
  });

  test("MPUT-17 a body without a length is accepted", async () => {
    const { bytes } = image.manifest;
    const body = new ReadableStream({
      start(controller) {
        for (let from = 0; from < bytes.length; from += 100) controller.enqueue(bytes.slice(from, from + 100));
        controller.close();
      },
    });
    const headers = { "content-type": mediaTypes.ociManifest };
    expect((await at("chunked", { method: "PUT", body, headers })).status).toBe(201);
    expect(await (await at("chunked")).bytes()).toEqual(bytes);
  });

  test("MPUT-19 a push moves the tag, and the previous manifest remains available by its digest", async () => {
    const next = imageOf(image.config, [image.layer], { annotations: { version: "two" } });
    for (const content of [image.manifest, next]) {
      expect((await put("moving", content)).status).toBe(201);
      expect((await at("moving")).headers.get("docker-content-digest")).toBe(content.digest);
    }
    expect((await at(image.manifest.digest)).status).toBe(200);
  });

  test("SEC-14 all concurrent pushes to one tag succeed, and the tag points to one of them", async () => {
    const versions = Array.from({ length: 12 }, (_, version) =>
      imageOf(image.config, [image.layer], { annotations: { version: String(version) } }),
    );
    const stored = await Promise.all(versions.map((version) => put("contended", version)));
    expect(stored.every(({ status }) => status === 201)).toBe(true);
    const get = await at("contended");
    const winner = versions.find(({ digest }) => digest === get.headers.get("docker-content-digest"));
    expect(await get.bytes()).toEqual(winner!.bytes);
  });
});
