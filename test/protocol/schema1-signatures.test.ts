/** Signatures are verified and merged outside of the transaction that stores a manifest of schema 1 (M11). */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { metadataLimits } from "../../src/metadata/limits.ts";
import { contentLimits } from "../../src/registry/content/limits.ts";
import { allBytes, type ManifestWrite, type MetadataStore } from "../../src/metadata/store.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { generateSigningKey, type SigningKey } from "../../src/docker/schema1/key.ts";
import { mergeDocuments } from "../../src/docker/schema1/stored-document.ts";
import { openSigned } from "../../src/docker/schema1/signed.ts";
import { detour, type Detour } from "../support/detour.ts";
import { blobOf } from "../support/content.ts";
import { Faults } from "../support/faults.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { prettyjws, signed, signedManifestOf, type SignedManifest } from "../support/schema1-push.ts";

setDefaultTimeout(patienceMs);

const name = "library/signatures";
const layer = blobOf("layer");
const [one, two, three] = [generateSigningKey(), generateSigningKey(), generateSigningKey()];

class Detours extends Faults {
  metadata!: Detour<MetadataStore>;
  real!: MetadataStore;

  override readonly store = (real: MetadataStore): MetadataStore => {
    this.real = real;
    this.metadata = detour(real);
    return this.metadata.object;
  };
}

const detours = new Detours();
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ faults: detours });
  await pushBlob(registry.url, name, layer);
});
afterAll(() => registry.dispose());

const by = (tag: string, ...keys: SigningKey[]) => signedManifestOf(name, tag, [layer.digest], { keys });

function put(reference: string, { document }: SignedManifest): Promise<Response> {
  const headers = { "content-type": prettyjws };
  return fetch(`${registry.url}/v2/${name}/manifests/${reference}`, { method: "PUT", body: document, headers });
}

async function keysOf(reference: string): Promise<Set<string>> {
  const given = await fetch(`${registry.url}/v2/${name}/manifests/${reference}`);
  return new Set(openSigned(await given.bytes()).signatures.map(({ keyId }) => keyId));
}

const idsOf = (...keys: SigningKey[]) => new Set(keys.map(({ keyId }) => keyId));

/** Counts the writes to the store while `work` runs. */
async function writesDuring(work: () => Promise<void>): Promise<number> {
  let writes = 0;
  const count = async (push: ManifestWrite) => {
    writes += 1;
    return detours.real.putManifest(push);
  };
  detours.metadata.once("putManifest", count);
  await work();
  detours.metadata.once("putManifest", (push) => detours.real.putManifest(push));
  return writes;
}

test("a push that another one overtakes is merged with it, so that no signature is lost", async () => {
  const [first, second, third] = [by("race", one), by("race", two), by("race", three)];
  expect((await put("race", first)).status).toBe(201);
  detours.metadata.once("putManifest", async (push) => {
    const kept = (await detours.real.manifestByDigest(push.repository, push.digest, allBytes))!.stored!;
    const bytes = mergeDocuments(kept.bytes, second.document, push.digest);
    const merged = { digest: digestOf(bytes), mergedWith: kept.digest };
    expect(await detours.real.putManifest({ ...push, bytes, signed: merged })).toBe("stored");
    return detours.real.putManifest(push);
  });
  expect((await put("race", third)).status).toBe(201);
  expect(await keysOf("race")).toEqual(idsOf(one, two, three));
});

test("a push that is overtaken again and again is 503, and can be retried", async () => {
  const manifest = by("overtaken", one);
  let attempts = 0;
  const overtaken = async () => {
    attempts += 1;
    detours.metadata.once("putManifest", overtaken);
    return "overtaken" as const;
  };
  detours.metadata.once("putManifest", overtaken);
  const refused = await put("overtaken", manifest);
  expect([refused.status, await codesOf(refused), attempts]).toEqual([
    503,
    ["UNAVAILABLE"],
    contentLimits.signatureMerges,
  ]);
  detours.metadata.once("putManifest", (push) => detours.real.putManifest(push));
  expect((await put("overtaken", manifest)).status).toBe(201);
});

test("a push without a new signature or tag writes nothing", async () => {
  const manifest = by("same", one, two);
  expect((await put("same", manifest)).status).toBe(201);
  for (const again of [manifest, signed(manifest.payload, [two])]) {
    for (const reference of ["same", manifest.digest]) {
      let status = 0;
      expect(await writesDuring(async () => void ({ status } = await put(reference, again)))).toBe(0);
      expect(status).toBe(201);
    }
  }
  expect(await writesDuring(async () => void (await put("same", signed(manifest.payload, [three]))))).toBe(1);
  expect(await keysOf("same")).toEqual(idsOf(one, two, three));
});

test("a push that moves a tag, or whose pin ends soon, writes", async () => {
  const [manifest, other] = [by("moved", one), by("moved", two)];
  const unlike = signedManifestOf(name, "moved", [layer.digest, layer.digest]);
  for (const content of [manifest, unlike]) expect((await put("moved", content)).status).toBe(201);
  expect(await writesDuring(async () => void (await put("moved", manifest)))).toBe(1);
  expect((await put("moved", other)).headers.get("docker-content-digest")).toBe(manifest.digest);
  registry.clock.advance(contentLimits.pinMs - metadataLimits.pinRenewMs + 1);
  expect(await writesDuring(async () => void (await put("moved", manifest)))).toBe(1);
});
