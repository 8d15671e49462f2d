/** Effects of a push of a manifest besides storing it, and effects of a deletion: subjects, tags and references. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { apiLimits } from "../../src/api/limits.ts";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf, indexOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage } from "../support/push.ts";
import { startRepository } from "../support/repository.ts";

setDefaultTimeout(patienceMs);

const name = "library/subjects";

const { registry, image, at, put, remove } = await startRepository(name);

/** An image that no other test uses. */
function version(what: string): Content {
  return imageOf(image.config, [image.layer], { annotations: { version: what } });
}

async function tags(): Promise<string[]> {
  const list = await fetch(`${registry.url}/v2/${name}/tags/list`);
  return ((await list.json()) as { tags: string[] }).tags;
}

describe("SUBJ-01 OCI-Subject", () => {
  const subject = descriptorOf(blobOf("not here"), mediaTypes.ociManifest);
  const wide = { ...subject, digest: digestOf(new Uint8Array(), "sha512") };

  test("names the subject of an image or an index, by tag and by digest, present or missing", async () => {
    const here = descriptorOf(image.manifest, mediaTypes.ociManifest);
    for (const about of [subject, here, wide]) {
      const signature = imageOf(image.config, [], { subject: about });
      const list = indexOf([image.manifest], { subject: about });
      for (const [reference, content, type] of [
        ["signature", signature, mediaTypes.ociManifest],
        [signature.digest, signature, mediaTypes.ociManifest],
        ["signatures", list, mediaTypes.ociIndex],
      ] as const) {
        const stored = await put(reference, content, type);
        expect([stored.status, stored.headers.get("oci-subject")]).toEqual([201, about.digest]);
      }
    }
  });
});

describe("tags in a push by digest", () => {
  test("TAGP-01 each of them points to the manifest, and OCI-Tag lists them", async () => {
    const manifest = version("many tags");
    const wanted = Array.from({ length: apiLimits.tagsInPush }, (_, index) => `many-${index}`);
    const stored = await put(`${manifest.digest}?${wanted.map((tag) => `tag=${tag}`).join("&")}`, manifest);
    expect(stored.status).toBe(201);
    expect(stored.headers.get("oci-tag")?.split(", ")).toEqual(wanted);
    for (const tag of wanted) expect((await at(tag)).headers.get("docker-content-digest")).toBe(manifest.digest);
  });

  test("TAGP-01 a tag that occurs twice counts once; without tags there is no OCI-Tag", async () => {
    const manifest = version("same tag twice");
    expect((await put(`${manifest.digest}?tag=twice&tag=twice`, manifest)).headers.get("oci-tag")).toBe("twice");
    expect((await put(manifest.digest, manifest)).headers.get("oci-tag")).toBeNull();
  });

  test("TAGP-02 an invalid tag is 400, and nothing is stored", async () => {
    const manifest = version("one bad tag");
    const refused = await put(`${manifest.digest}?tag=good&tag=-bad`, manifest);
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["NAME_INVALID"]]);
    for (const reference of [manifest.digest, "good"]) expect((await at(reference)).status).toBe(404);
  });

  test("TAGP-03 a tag parameter in a push by tag is ignored", async () => {
    const stored = await put("by-tag?tag=ignored", version("by tag"));
    expect([stored.status, stored.headers.get("oci-tag")]).toEqual([201, null]);
    expect((await at("ignored")).status).toBe(404);
  });

  test("TAGP-04 MAN-03 DIG-06 DIG-07 a push by tag with a digest verifies it, and the tag has that digest", async () => {
    const manifest = version("by a wide name");
    const wide = digestOf(manifest.bytes, "sha512");
    const stored = await put(`wide?digest=${wide}`, manifest);
    expect([stored.status, stored.headers.get("docker-content-digest")]).toEqual([201, wide]);
    expect((await at("wide")).headers.get("docker-content-digest")).toBe(wide);
    expect((await at(wide)).headers.get("docker-content-digest")).toBe(wide);
    for (const wrong of [blobOf("x").digest, "blake3:af1349b9" as Digest]) {
      const refused = await put(`wrong?digest=${wrong}`, manifest);
      expect([refused.status, await codesOf(refused)]).toEqual([400, ["DIGEST_INVALID"]]);
    }
    expect((await at("wrong")).status).toBe(404);
  });

  test("MPUT-03 MAN-03 a manifest that is pushed by a sha512 digest has that digest, also by its tags", async () => {
    const manifest = version("pushed by sha512");
    const wide = digestOf(manifest.bytes, "sha512");
    const stored = await put(`${wide}?tag=wide-too`, manifest);
    expect([stored.status, stored.headers.get("location")]).toEqual([201, `/v2/${name}/manifests/${wide}`]);
    for (const reference of [wide, "wide-too"]) {
      expect((await at(reference)).headers.get("docker-content-digest")).toBe(wide);
    }
  });
});

describe("deletion of manifests", () => {
  test("MDEL-01 by digest it is 202, and removes the manifest and all its tags at once; other tags remain", async () => {
    const [doomed, kept] = [version("doomed"), version("kept")];
    await put(`${doomed.digest}?tag=doomed-1&tag=doomed-2`, doomed);
    await put("kept", kept);
    expect((await remove(doomed.digest)).status).toBe(202);
    for (const reference of [doomed.digest, "doomed-1", "doomed-2"]) {
      const get = await at(reference);
      expect([get.status, await codesOf(get)]).toEqual([404, ["MANIFEST_UNKNOWN"]]);
      expect((await at(reference, { method: "HEAD" })).status).toBe(404);
    }
    expect((await at("kept")).status).toBe(200);
    expect(await tags()).not.toContain("doomed-1");
  });

  test("MDEL-02 by tag it is 202, and removes only the tag", async () => {
    const manifest = version("untagged");
    await put(`${manifest.digest}?tag=untag-1&tag=untag-2`, manifest);
    expect((await remove("untag-1")).status).toBe(202);
    expect((await at("untag-1")).status).toBe(404);
    for (const reference of ["untag-2", manifest.digest]) expect((await at(reference)).status).toBe(200);
  });

  test("MDEL-03 of a missing manifest it is 404 MANIFEST_UNKNOWN, in a missing repository NAME_UNKNOWN", async () => {
    for (const reference of ["nothing", blobOf("nothing").digest]) {
      const manifest = await remove(reference);
      expect([manifest.status, await codesOf(manifest)]).toEqual([404, ["MANIFEST_UNKNOWN"]]);
      const repository = await remove(reference, "no/such");
      expect([repository.status, await codesOf(repository)]).toEqual([404, ["NAME_UNKNOWN"]]);
    }
  });

  test("MDEL-01 a deleted manifest can be pushed again at once", async () => {
    const manifest = version("comes back");
    await put("back", manifest);
    await remove(manifest.digest);
    expect((await put("back", manifest)).status).toBe(201);
    expect(await (await at("back")).bytes()).toEqual(manifest.bytes);
  });

  test("I2 a manifest of an index cannot be deleted (405) until the index is deleted", async () => {
    const child = version("child");
    await put(child.digest, child);
    const parent = indexOf([child]);
    await put("parent", parent, mediaTypes.ociIndex);
    const refused = await remove(child.digest);
    expect(refused.status).toBe(405);
    expect(refused.headers.get("allow")).toBe("GET, HEAD, PUT");
    expect(await refused.json()).toMatchObject({
      errors: [{ code: "UNSUPPORTED", detail: { referencedBy: parent.digest } }],
    });
    expect((await at(child.digest)).status).toBe(200);
    expect((await remove(parent.digest)).status).toBe(202);
    expect((await remove(child.digest)).status).toBe(202);
  });

  test("MDEL-05 DIG-05 the same bytes with a sha256 and a sha512 digest are two manifests", async () => {
    const manifest = version("two names");
    const wide = digestOf(manifest.bytes, "sha512");
    for (const reference of [manifest.digest, wide]) expect((await put(reference, manifest)).status).toBe(201);
    expect((await remove(wide)).status).toBe(202);
    expect([(await at(wide)).status, (await at(manifest.digest)).status]).toEqual([404, 200]);
  });

  test("BDEL-03 the blobs of a deleted manifest can be deleted", async () => {
    const { manifest, layer } = await pushImage(registry.url, "library/emptied", "latest");
    const blob = `${registry.url}/v2/library/emptied/blobs/${layer.digest}`;
    await remove(manifest.digest, "library/emptied");
    expect((await fetch(blob, { method: "DELETE" })).status).toBe(202);
    await pushBlob(registry.url, "library/emptied", layer);
    expect((await fetch(blob)).status).toBe(200);
  });
});
