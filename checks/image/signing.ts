import { dirname, basename } from "node:path";
import { sbomMediaType } from "../../tools/release/sbom.ts";
import { assert, assertEqual } from "../clients/assertions.ts";
import { CosignClient } from "../clients/clients/cosign.ts";
import { OrasClient } from "../clients/clients/oras.ts";
import { digestOfBytes } from "../clients/layout.ts";
import type { Registry } from "../clients/registry.ts";
import type { Report } from "../streaming/report.ts";
import type { BuiltImage } from "./build.ts";
import { repository } from "./distribution.ts";
import type { Programs } from "./programs.ts";

/** Signs the pushed image, and attaches its bills of materials, as its publisher does. No service on the internet is used. */
export async function testSigning(report: Report, image: BuiltImage, registry: Registry, programs: Programs) {
  const name = registry.endpoint.repository(repository);
  const platforms = Object.entries(image.platforms);

  await programs.with(CosignClient, async (cosign) => {
    const keys = await cosign.makeKeys();
    const digests = [image.digest, ...platforms.map(([, { digest }]) => digest)];
    await report.test("cosign signs the index and its images, and verifies them", async () => {
      const flags = ["--key", `${keys}/cosign.key`, "--tlog-upload=false", "--yes"];
      await cosign.remote(["sign", "--recursive", ...flags], [`${name}@${image.digest}`]);
      for (const digest of digests) await cosign.remote(["verify", ...verifying(keys)], [`${name}@${digest}`]);
      return `${digests.length} signatures`;
    });
    for (const [architecture, { digest, sbom }] of platforms) {
      await report.test(`cosign attests the bill of materials for ${architecture}, and verifies it`, async () => {
        const flags = ["--key", `${keys}/cosign.key`, "--tlog-upload=false", "--yes", "--predicate", sbom];
        await cosign.remote(["attest", "--type", "cyclonedx", ...flags], [`${name}@${digest}`]);
        const words = ["verify-attestation", "--type", "cyclonedx", ...verifying(keys)];
        const { stdout } = await cosign.remote(words, [`${name}@${digest}`]);
        const { payload } = JSON.parse(stdout) as { payload: string };
        const { predicate } = JSON.parse(Buffer.from(payload, "base64").toString()) as { predicate: unknown };
        assertEqual("the attested document", predicate, await Bun.file(sbom).json());
        return "the attestation has the document";
      });
    }
  });

  await programs.with(OrasClient, async (oras) => {
    for (const [architecture, { digest, sbom }] of platforms) {
      await report.test(`oras attaches the bill of materials for ${architecture}`, async () => {
        const file = `${basename(sbom)}:${sbomMediaType}`;
        const words = ["attach", "--no-tty", "--artifact-type", sbomMediaType];
        await oras.remote(words, [`${name}@${digest}`, file], { cwd: dirname(sbom) });
        const referrers = await registry.referrers(repository, digest);
        const found = referrers.find(({ artifactType }) => artifactType === sbomMediaType);
        assert(found !== undefined, `the referrers of ${digest} have no ${sbomMediaType}`);
        const { layers } = await registry.imageManifest(repository, found.digest);
        assertEqual("the attached digest", layers[0]?.digest, digestOfBytes(await Bun.file(sbom).bytes()));
        return `the referrer ${found.digest}`;
      });
    }
  });
}

function verifying(keys: string): string[] {
  return ["--key", `${keys}/cosign.pub`, "--insecure-ignore-tlog"];
}
