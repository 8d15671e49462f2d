/** Signed manifests of 2014 to 2016, by the routes of today and of 2014: pushes, errors and pulls. */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { generateSigningKey } from "../../src/docker/schema1/key.ts";
import { dockerLimits } from "../../src/docker/limits.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { blobOf, imageOf } from "../support/content.ts";
import { pushLayer, seededLayer } from "../support/layers.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob } from "../support/push.ts";
import { startRegistry } from "../support/registry.ts";
import { documentOf, elementOf, payloadOf, schema1Content, signingKeys } from "../support/schema1.ts";
import { expectGiven, prettyjws, refusalOf, signed, signedManifestOf } from "../support/schema1-push.ts";

setDefaultTimeout(patienceMs);

const name = "library/signed";
const layers = [blobOf("upper"), blobOf("lower")];
const digests = layers.map(({ digest }) => digest);

let registry = await startRegistry();
afterAll(() => registry.dispose());
for (const layer of layers) await pushBlob(registry.url, name, layer);

const today = (reference: string, of = name) => `${registry.url}/v2/${of}/manifests/${reference}`;
const in2014 = (tag: string, of = name) => `${registry.url}/v2/${of}/manifest/${tag}`;
const put = (url: string, body: Uint8Array, type: string | undefined = prettyjws) =>
  fetch(url, {
    method: "PUT",
    body: Uint8Array.from(body),
    headers: type === undefined ? {} : { "content-type": type },
  });

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("LEG-18 a signed manifest is accepted, and served unchanged", () => {
  const types = [prettyjws, "application/vnd.docker.distribution.manifest.v1+json", "application/json; charset=utf-8"];
  for (const [index, type] of [...types, undefined].entries()) {
    test(`pushed with Content-Type ${type ?? "missing"}`, async () => {
      const tag = `typed-${index}`;
      const manifest = signedManifestOf(name, tag, digests);
      const stored = await put(today(tag), manifest.document, type);
      expect([stored.status, await stored.text()]).toEqual([201, ""]);
      expect(stored.headers.get("docker-content-digest")).toBe(manifest.digest);
      expect(stored.headers.get("location")).toBe(`/v2/${name}/manifests/${manifest.digest}`);
      await expectGiven(today(tag), manifest);
      await expectGiven(today(manifest.digest), manifest);
      await expectGiven(in2014(tag), manifest, ["GET"]);
    });
  }

  test("by the route of 2014", async () => {
    const manifest = signedManifestOf(name, "first", digests);
    const stored = await put(in2014("first"), manifest.document, "application/json");
    expect([stored.status, stored.headers.get("docker-content-digest")]).toEqual([202, manifest.digest]);
    await expectGiven(in2014("first"), manifest, ["GET"]);
    await expectGiven(today("first"), manifest);
  });

  test("by its digest, which is that of the payload, also with sha512", async () => {
    const manifest = signedManifestOf(name, "by-digest", digests, { indent: "" });
    for (const digest of [manifest.digest, digestOf(manifest.payload, "sha512")]) {
      expect((await put(today(digest), manifest.document)).headers.get("docker-content-digest")).toBe(digest);
      await expectGiven(today(digest), { ...manifest, digest });
    }
    const refused = await put(today(digestOf(manifest.document)), manifest.document);
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["DIGEST_INVALID"]]);
  });

  test("with tarsums of its layers", async () => {
    const layer = seededLayer("signed");
    await pushLayer(registry.url, name, layer.bytes, layer.tarsum);
    const manifest = signedManifestOf(name, "tarsum", [layer.tarsum]);
    expect((await put(in2014("tarsum"), manifest.document)).status).toBe(202);
    await expectGiven(today("tarsum"), manifest);
    const removed = await fetch(`${registry.url}/v2/${name}/blobs/${layer.digest}`, { method: "DELETE" });
    expect([removed.status, await codesOf(removed)]).toEqual([405, ["UNSUPPORTED"]]);
  });

  test("its layers are protected as long as it exists", async () => {
    const repository = "library/kept";
    for (const layer of layers) await pushBlob(registry.url, repository, layer);
    const manifest = signedManifestOf(repository, "v1", digests);
    expect((await put(today("v1", repository), manifest.document)).status).toBe(201);
    const remove = (path: string) => fetch(`${registry.url}/v2/${repository}/${path}`, { method: "DELETE" });
    expect((await remove(`blobs/${digests[0]}`)).status).toBe(405);
    expect((await remove(`manifests/${manifest.digest}`)).status).toBe(202);
    expect((await remove(`blobs/${digests[0]}`)).status).toBe(202);
  });
});

describe("LEG-19 the reply lists all errors at once, in the order of 2014", () => {
  const missing = [blobOf("missing one"), blobOf("missing two")].map(({ digest }) => digest);
  const other = payloadOf({
    ...schema1Content,
    name: "library/other",
    tag: "other",
    fsLayers: missing.map((blobSum) => ({ blobSum })),
  });
  const forged = documentOf(other, [{ ...elementOf(other), signature: elementOf(payloadOf()).signature }]);

  test("name, tag, signature and layers, with the codes of 2014", async () => {
    const { status, errors } = await refusalOf(await put(in2014("latest"), forged));
    expect([status, errors.map(({ code }) => code)]).toEqual([
      400,
      ["INVALID_NAME", "INVALID_TAG", "UNVERIFIED_MANIFEST", "UNKNOWN_LAYER", "UNKNOWN_LAYER"],
    ]);
    expect(errors.slice(3).map(({ detail }) => detail)).toEqual(missing.map((blobSum) => ({ unknown: { blobSum } })));
    expect((await fetch(in2014("latest"))).status).toBe(404);
  });

  test("with the codes of today", async () => {
    const { status, errors } = await refusalOf(await put(today("latest"), forged));
    expect([status, errors.map(({ code }) => code)]).toEqual([
      400,
      ["NAME_INVALID", "NAME_INVALID", "MANIFEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN"],
    ]);
    expect(errors.slice(3).map(({ detail }) => detail)).toEqual(missing.map((digest) => ({ digest })));
  });

  test("each single error is reported alone", async () => {
    const good = signedManifestOf(name, "alone", digests);
    const wrong: Readonly<Record<string, Uint8Array>> = {
      INVALID_NAME: signedManifestOf("library/other", "alone", digests).document,
      INVALID_TAG: signedManifestOf(name, "other", digests).document,
      UNVERIFIED_MANIFEST: good.payload,
      UNKNOWN_LAYER: signedManifestOf(name, "alone", [digests[0]!, missing[0]!, missing[0]!]).document,
      INVALID_MANIFEST: signedManifestOf(name, "alone", []).document,
    };
    for (const [code, document] of Object.entries(wrong)) {
      const refused = await put(in2014("alone"), document);
      expect([refused.status, ...new Set(await codesOf(refused))]).toEqual([400, code]);
    }
    expect((await put(in2014("alone"), good.document)).status).toBe(202);
  });

  test("an OCI document with the type of schema 1", async () => {
    const { status, errors } = await refusalOf(await put(today("modern"), imageOf(layers[0]!, layers).bytes));
    expect([status, errors[0]!.code, errors[0]!.message]).toEqual([400, "MANIFEST_INVALID", "schemaVersion must be 1"]);
  });

  test("a push by tag on today's route with a signature of another document", async () => {
    const { payload } = signedManifestOf(name, "forged", digests);
    const document = documentOf(payload, [{ ...elementOf(payload), signature: elementOf(payloadOf()).signature }]);
    const { status, errors } = await refusalOf(await put(today("forged"), document));
    expect([status, errors.map(({ code }) => code)]).toEqual([400, ["MANIFEST_INVALID"]]);
    expect(errors[0]!.message).toContain("signature");
    expect((await fetch(today("forged"))).status).toBe(404);
  });

  test("a push by digest without a valid signature", async () => {
    const { payload, digest } = signedManifestOf(name, "unsigned", digests);
    const refused = await put(today(digest), payload);
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["MANIFEST_INVALID"]]);
    expect((await fetch(today(digest))).status).toBe(404);
  });

  test("an unknown tarsum is reported unchanged", async () => {
    const tarsum = seededLayer("never pushed").tarsum;
    const manifest = signedManifestOf(name, "unknown", [tarsum]);
    const { errors } = await refusalOf(await put(in2014("unknown"), manifest.document));
    expect(errors).toMatchObject([{ code: "UNKNOWN_LAYER", detail: { unknown: { blobSum: tarsum } } }]);
  });

  test("of 300 errors, those above the limit are counted", async () => {
    const fsLayers = Array.from({ length: 300 }, () => ({ blobSum: "none" }));
    const manifest = signedManifestOf(name, "many", digests, {
      content: { fsLayers, history: schema1Content.history },
    });
    expect((await refusalOf(await put(today("many"), manifest.document))).status).toBe(400);
    const history = fsLayers.map(() => ({ v1Compatibility: "{}" }));
    const more = signedManifestOf(name, "many", digests, { content: { fsLayers, history } });
    const { errors } = await refusalOf(await put(today("many"), more.document));
    expect(errors).toHaveLength(ociLimits.errorsListed + 1);
    expect(errors.at(-1)).toMatchObject({ code: "MANIFEST_INVALID", detail: { faults: 200 } });
  });

  test("LIM-12 more signatures than a manifest may have", async () => {
    const payload = payloadOf({ ...schema1Content, name, tag: "crowd" });
    const crowd = Array.from({ length: ociLimits.signaturesInManifest + 1 }, () => elementOf(payload));
    const refused = await put(in2014("crowd"), documentOf(payload, crowd));
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["UNVERIFIED_MANIFEST"]]);
  });

  test("a manifest that exceeds the size limit after it is rewritten", async () => {
    const room = dockerLimits.signedManifestBytes - 2_000;
    const payload = payloadOf(
      { ...JSON.parse(text(signedManifestOf(name, "wide", digests).payload)), more: "x".repeat(room) },
      "   ",
    );
    const spare = dockerLimits.signedManifestBytes - documentOf(payload, [elementOf(payload)]).length;
    const content = { more: "x".repeat(room + spare - 100) };
    const larger = signedManifestOf(name, "wide", digests, { content });
    expect(larger.document.length).toBeGreaterThan(dockerLimits.signedManifestBytes);
    const refused = await put(today("wide"), documentOf(larger.payload, [elementOf(larger.payload)]));
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["MANIFEST_INVALID"]]);
  });

  test("a payload whose indentation would be repeated without limit", async () => {
    const { payload } = signedManifestOf(name, "indented", digests, { indent: "" });
    const indented = Buffer.concat([Buffer.from(`{\n${" ".repeat(50_000)}`), payload.subarray(1)]);
    const refused = await put(today("indented"), documentOf(indented, [elementOf(indented)]));
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["MANIFEST_INVALID"]]);
  });
});

test("CVE-2014-8179 fields next to the signed payload are ignored, and neither stored nor served", async () => {
  const manifest = signedManifestOf(name, "beside", digests, { indent: "" });
  const { signatures } = JSON.parse(text(manifest.document)) as { signatures: unknown[] };
  const extra = documentOf(manifest.payload, signatures, ',"name":"library/evil","fsLayers":[{"blobSum":"evil"}]');
  expect((await put(today("beside"), extra)).headers.get("docker-content-digest")).toBe(manifest.digest);
  await expectGiven(today("beside"), manifest);
  expect(await (await fetch(today("beside"))).text()).not.toContain("evil");
});

describe("LEG-20 one payload collects the signatures of its pushes", () => {
  const [one, two] = [generateSigningKey(), generateSigningKey()];

  test("the first of each key, in any order; the same push again changes nothing", async () => {
    const both = signedManifestOf(name, "merged", digests, { keys: [one, two] });
    const first = signed(both.payload, [one]);
    expect((await put(today("merged"), first.document)).status).toBe(201);
    await expectGiven(today("merged"), first);
    expect((await put(in2014("merged"), signed(both.payload, [two]).document)).status).toBe(202);
    const merged = await (await fetch(today("merged"))).bytes();
    const { signatures } = JSON.parse(text(merged)) as {
      signatures: { header: { jwk: { kid: string } } }[];
    };
    expect(signatures.map(({ header }) => header.jwk.kid)).toEqual([one.keyId, two.keyId].toSorted());
    await expectGiven(today("merged"), { ...both, document: Uint8Array.from(merged) });
    expect((await put(today("merged"), both.document)).status).toBe(201);
    await expectGiven(today(both.digest), { ...both, document: Uint8Array.from(merged) });
  });

  test("at most eight, the earliest ones; concurrent pushes lose none", async () => {
    const keys = Array.from({ length: 12 }, () => generateSigningKey());
    const { payload, digest } = signedManifestOf(name, "eight", digests);
    const pushes = keys.slice(0, 7).map((key) => put(today("eight"), signed(payload, [key]).document));
    expect((await Promise.all(pushes)).map(({ status }) => status)).toEqual(Array(7).fill(201));
    for (const key of keys.slice(7))
      expect((await put(today(digest), signed(payload, [key]).document)).status).toBe(201);
    const { signatures } = (await (await fetch(today("eight"))).json()) as {
      signatures: { header: { jwk: { kid: string } } }[];
    };
    expect(new Set(signatures.map(({ header }) => header.jwk.kid))).toEqual(
      new Set(keys.slice(0, 8).map(({ keyId }) => keyId)),
    );
  });

  test("L25 the payload alone, pushed with another type, has that type until it is deleted", async () => {
    const manifest = signedManifestOf(name, "bare", digests);
    expect((await put(today("bare"), manifest.payload, "application/vnd.example+json")).status).toBe(201);
    const bare = await fetch(today("bare"));
    expect([bare.headers.get("content-type"), await bare.bytes()]).toEqual([
      "application/vnd.example+json",
      manifest.payload,
    ]);
    const refused = await put(today("bare"), manifest.document);
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["MANIFEST_INVALID"]]);
    expect((await fetch(today(manifest.digest), { method: "DELETE" })).status).toBe(202);
    expect((await put(today("bare"), manifest.document)).status).toBe(201);
    await expectGiven(today(manifest.digest), manifest);
  });
});

test("LEG-21 with schema1-names off, today's routes accept another name; those of 2014 do not", async () => {
  const free = await startRegistry({ settings: { schema1Names: false } });
  try {
    for (const layer of layers) await pushBlob(free.url, "library/copy", layer);
    const manifest = signedManifestOf(name, "original", digests);
    const url = `${free.url}/v2/library/copy`;
    expect((await put(`${url}/manifests/renamed`, manifest.document)).status).toBe(201);
    await expectGiven(`${url}/manifests/renamed`, manifest);
    const refused = await put(`${url}/manifest/renamed`, manifest.document);
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["INVALID_NAME", "INVALID_TAG"]]);
    const unnamed = signedManifestOf("Not A Name", "not a tag", digests);
    const malformed = await put(`${url}/manifests/renamed`, unnamed.document);
    expect([malformed.status, await codesOf(malformed)]).toEqual([400, ["NAME_INVALID", "NAME_INVALID"]]);
  } finally {
    await free.dispose();
  }
});

test("LEG-22 a restart keeps signed manifests; without legacy they can be read, but not pushed", async () => {
  const manifest = signedManifestOf(name, "lasting", digests, { keys: [signingKeys.ES384, signingKeys.RS256] });
  expect((await put(today("lasting"), manifest.document)).status).toBe(201);
  registry = await registry.restart();
  await expectGiven(today("lasting"), manifest);
  registry = await registry.restart({ legacy: false });
  await expectGiven(today("lasting"), manifest);
  for (const type of [prettyjws, "application/json", undefined]) {
    const { status, errors } = await refusalOf(await put(today("lasting"), manifest.document, type));
    expect([status, errors[0]!.code]).toEqual([400, "MANIFEST_INVALID"]);
    expect(errors[0]!.message).toContain("schema 1");
  }
  registry = await registry.restart({ legacy: true });
});

test("LEG-20 a damaged manifest is not served, and the next push repairs it", async () => {
  const damaging = await startRegistry({ internalErrorsExpected: true });
  try {
    for (const layer of layers) await pushBlob(damaging.url, name, layer);
    const manifest = signedManifestOf(name, "damaged", digests, { indent: "" });
    const url = `${damaging.url}/v2/${name}/manifests/damaged`;
    const changes: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
      "a byte of the payload": (bytes) => bytes.with(40, bytes[40]! ^ 1),
      "a byte of a signature": (bytes) => bytes.with(bytes.length - 20, bytes.at(-20)! ^ 1),
      "only the payload is left": () => manifest.payload,
    };
    for (const [what, change] of Object.entries(changes)) {
      expect((await put(url, manifest.document)).status).toBe(201);
      const database = new Database(join(damaging.data, "metadata.sqlite"));
      const changed = database.run("UPDATE manifest_bytes SET bytes = ?", [change(manifest.document)]).changes;
      database.close();
      expect([what, changed, (await fetch(url)).status]).toEqual([what, 1, 500]);
      expect((await put(url, manifest.document)).status).toBe(201);
      await expectGiven(url, manifest);
    }
  } finally {
    await damaging.dispose();
  }
});
