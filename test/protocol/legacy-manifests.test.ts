/** Manifests by the routes of 2014. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, imageOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { startRepository } from "../support/repository.ts";

setDefaultTimeout(patienceMs);

const name = "library/first";
const { registry, image, at } = await startRepository(name);

const legacy = (tag: string, init: RequestInit = {}, repository = name) =>
  fetch(`${registry.url}/v2/${repository}/manifest/${tag}`, init);
const put = (tag: string, { bytes }: Content, repository = name) =>
  legacy(tag, { method: "PUT", body: bytes, headers: { "content-type": mediaTypes.ociManifest } }, repository);

test("LEG-01 GET returns the image that the tag points to, with its type and digest", async () => {
  const got = await legacy("latest");
  expect([got.status, got.headers.get("content-type")]).toEqual([200, mediaTypes.dockerSchema1Signed]);
  const digest = got.headers.get("docker-content-digest")!;
  expect(await got.json()).toMatchObject({ name, tag: "latest", fsLayers: [{ blobSum: image.layer.digest }] });
  const again = await legacy("latest", { headers: { "if-none-match": `"${digest}"` } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test("LEG-01 PUT is 202, and every route finds the manifest; DELETE is 202, and removes only the tag", async () => {
  const next = imageOf(image.config, [image.layer], { annotations: { is: "next" } });
  const stored = await put("next", next);
  expect([stored.status, await stored.text()]).toEqual([202, ""]);
  expect(stored.headers.get("location")).toBe(`/v2/${name}/manifest/next`);
  expect(stored.headers.get("docker-content-digest")).toBe(next.digest);
  expect((await at("next")).headers.get("docker-content-digest")).toBe(next.digest);

  const removed = await legacy("next", { method: "DELETE" });
  expect([removed.status, await removed.text()]).toEqual([202, ""]);
  expect((await at("next")).status).toBe(404);
  expect((await at(next.digest)).status).toBe(200);
});

test("LEG-01 a PUT may have conditions, as on today's route", async () => {
  const init = { method: "PUT", body: image.manifest.bytes };
  const refused = await legacy("latest", { ...init, headers: { "if-none-match": "*" } });
  expect([refused.status, await codesOf(refused)]).toEqual([412, ["UNSUPPORTED"]]);
  const seen = { "if-match": `"${image.manifest.digest}"` };
  expect((await legacy("latest", { ...init, headers: seen })).status).toBe(202);
});

test("LEG-02 an invalid tag, also a digest, is 400 INVALID_TAG", async () => {
  for (const tag of [".hidden", "x".repeat(129), image.manifest.digest]) {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const refused = await legacy(tag, { method });
      expect([tag, method, refused.status, await codesOf(refused)]).toEqual([tag, method, 400, ["INVALID_TAG"]]);
    }
  }
});

test("LEG-02 an unknown tag is 404 UNKNOWN_MANIFEST, an unknown repository 404 UNKNOWN_REPOSITORY", async () => {
  for (const method of ["GET", "DELETE"]) {
    const tag = await legacy("nothing", { method });
    expect([method, tag.status, await codesOf(tag)]).toEqual([method, 404, ["UNKNOWN_MANIFEST"]]);
    const repository = await legacy("latest", { method }, "library/nowhere");
    expect([method, repository.status, await codesOf(repository)]).toEqual([method, 404, ["UNKNOWN_REPOSITORY"]]);
  }
});

test("LEG-11 the error names each missing layer as a manifest of 2014 does", async () => {
  const missing = [blobOf("missing one"), blobOf("missing two")];
  const refused = await put("broken", imageOf(image.config, missing));
  expect(refused.status).toBe(400);
  const { errors } = (await refused.json()) as { errors: { code: string; detail: unknown }[] };
  expect(errors.map(({ code, detail }) => ({ code, detail }))).toEqual(
    missing.map(({ digest }) => ({ code: "UNKNOWN_LAYER", detail: { unknown: { blobSum: digest } } })),
  );
  expect((await at("broken")).status).toBe(404);
});

test("LEG-11 of 102 missing layers the last two are counted, and that entry names no layer", async () => {
  const missing = Array.from({ length: 102 }, (_, index) => blobOf(`many ${index}`));
  const { errors } = (await (await put("broken", imageOf(image.config, missing))).json()) as { errors: unknown[] };
  expect(errors).toHaveLength(101);
  expect(errors.at(-1)).toMatchObject({ code: "UNKNOWN_LAYER", detail: { missing: 2 } });
});

test("LEG-02 an invalid manifest is 400 INVALID_MANIFEST", async () => {
  const refused = await put("broken", { ...blobOf("text") });
  expect([refused.status, await codesOf(refused)]).toEqual([400, ["INVALID_MANIFEST"]]);
});
