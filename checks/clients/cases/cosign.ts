// Signatures, attestations and bills of materials, under tags made of the digest and as referrers.
import { assert, assertEqual } from "../assertions.ts";
import { CosignClient } from "../clients/cosign.ts";
import { complaintOf } from "../command.ts";
import type { CaseContext } from "../context.ts";
import { digestOfBytes } from "../layout.ts";
import { publish } from "../published.ts";
import { cosignRefusalCases } from "./cosign-refusals.ts";
import { assertSigns, BY_REFERRER, BY_TAG, sign, tagOf, verify } from "./cosign-signing.ts";

const SIGNATURE_TYPE = "application/vnd.dev.cosign.artifact.sig.v1+json";
const SBOM_TYPE = "application/vnd.dev.cosign.artifact.sbom.v1+json";
const SBOM = '{"spdxVersion":"SPDX-2.3","name":"made here"}';

export async function cosignCases(context: CaseContext): Promise<void> {
  await signatureCases(context);
  await cosignRefusalCases(context);
  await sbomCases(context);
  await attestationCases(context);
}

async function signatureCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("cosign signs by a tag and verifies", [CosignClient], async (cosign) => {
    const image = await publish(context, "cosign/by-tag");
    const keys = await sign(context, cosign, image, BY_TAG);
    assertEqual("tags", await registry.tags(image.repository), ["made", tagOf(image.digest, "sig")]);
    assertSigns(await verify(cosign, keys, image.reference, BY_TAG), image.digest);
  });
  await context.test("cosign signs as a referrer and verifies", [CosignClient], async (cosign) => {
    const image = await publish(context, "cosign/by-referrer");
    const keys = await sign(context, cosign, image, BY_REFERRER);
    assertEqual("tags: none was needed", await registry.tags(image.repository), ["made"]);
    assertEqual("referrers", await referringTypes(context, image.repository, image.digest), [SIGNATURE_TYPE]);
    assertSigns(await verify(cosign, keys, image.reference, BY_REFERRER), image.digest);
  });
  await context.test("cosign copies an image with its signature", [CosignClient], async (cosign) => {
    const image = await publish(context, "cosign/origin");
    const keys = await sign(context, cosign, image, BY_TAG);
    const target = context.reference("cosign/copied", "made");
    await cosign.remote(["copy"], [image.reference, target]);
    assertEqual("digest of the copy", await registry.resolve("cosign/copied", "made"), image.digest);
    assertSigns(await verify(cosign, keys, target, BY_TAG), image.digest);
  });
}

async function sbomCases(context: CaseContext): Promise<void> {
  const { place, registry } = context;
  const attach = ["attach", "sbom", "--type", "spdx", "--input-format", "json"];
  await context.test("cosign attaches a bill of materials by a tag", [CosignClient], async (cosign) => {
    const { repository, reference, digest } = await publish(context, "cosign/sbom-tag");
    const file = place.freshPath("sbom");
    await Bun.write(file, SBOM);
    await cosign.remote([...attach, "--sbom", file], [reference]);
    const { layers } = await registry.imageManifest(repository, tagOf(digest, "sbom"));
    assertEqual(
      "layers",
      layers.map((layer) => layer.digest),
      [digestOfBytes(SBOM)],
    );
    const downloaded = await cosign.remote(["download", "sbom"], [reference]);
    assertEqual("what is downloaded", downloaded.stdout.trim(), SBOM);
  });
  await context.test("cosign attaches a bill of materials as a referrer", [CosignClient], async (cosign) => {
    const { repository, reference, digest } = await publish(context, "cosign/sbom-referrer");
    const file = place.freshPath("sbom");
    await Bun.write(file, SBOM);
    await cosign.remote([...attach, ...BY_REFERRER.signing, "--sbom", file], [reference]);
    assertEqual("referrers", await referringTypes(context, repository, digest), [SBOM_TYPE]);
    const [referrer] = await registry.referrers(repository, digest);
    const { layers } = await registry.imageManifest(repository, referrer?.digest ?? "");
    assertEqual(
      "layers",
      layers.map((layer) => layer.digest),
      [digestOfBytes(SBOM)],
    );
  });
}

async function attestationCases(context: CaseContext): Promise<void> {
  await context.test("cosign attests and verifies the attestation", [CosignClient], async (cosign) => {
    const { reference, digest } = await publish(context, "cosign/attested");
    const [keys, others] = [await cosign.makeKeys(), await cosign.makeKeys()];
    const file = context.place.freshPath("predicate");
    await Bun.write(file, SBOM);
    const signing = ["--key", `${keys}/cosign.key`, "--tlog-upload=false", "--yes"];
    await cosign.remote(["attest", "--type", "spdxjson", "--predicate", file, ...signing], [reference]);
    const verifyWith = (folder: string): ReturnType<typeof cosign.remote> => {
      const flags = ["--key", `${folder}/cosign.pub`, "--insecure-ignore-tlog", "--type", "spdxjson"];
      return cosign.remote(["verify-attestation", ...flags], [reference]);
    };
    const { payload } = JSON.parse((await verifyWith(keys)).stdout) as { payload: string };
    const statement = JSON.parse(Buffer.from(payload, "base64").toString()) as {
      subject: { digest: { sha256: string } }[];
      predicate: unknown;
    };
    assertEqual(
      "subject",
      statement.subject.map((subject) => `sha256:${subject.digest.sha256}`),
      [digest],
    );
    assertEqual("predicate", statement.predicate, JSON.parse(SBOM));
    const said = await complaintOf(verifyWith(others));
    assert(said.includes("no matching attestations"), `cosign says of another key: ${said}`);
  });
}

async function referringTypes(context: CaseContext, repository: string, digest: string): Promise<unknown[]> {
  return (await context.registry.referrers(repository, digest)).map(({ artifactType }) => artifactType);
}
