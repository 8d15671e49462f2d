import { expect, test } from "bun:test";
import manifest from "../../package.json" with { type: "json" };
import pins from "../runtime-pins.json" with { type: "json" };
import { ladingComponent, runtimeComponent, sbomOf } from "./sbom.ts";

const bill = { subject: ladingComponent("ab"), components: [runtimeComponent("@oven/bun-linux-x64")] };

test("the document has the subject, the runtime with version and checksum, and the time of the commit", () => {
  const runtime = `pkg:npm/%40oven/bun-linux-x64@${pins.version}`;
  const lading = `pkg:generic/lading@${manifest.version}`;
  expect(JSON.parse(sbomOf({ ...bill, time: new Date(0) }))).toMatchObject({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    metadata: {
      timestamp: "1970-01-01T00:00:00.000Z",
      component: { "bom-ref": lading, purl: lading, hashes: [{ alg: "SHA-256", content: "ab" }] },
    },
    components: [
      {
        name: "@oven/bun-linux-x64",
        purl: runtime,
        hashes: [{ alg: "SHA-256", content: pins.packages["@oven/bun-linux-x64"].sha256 }],
        licenses: [{ expression: "MIT AND LGPL-2.0-or-later" }],
      },
    ],
    dependencies: [{ ref: lading, dependsOn: [runtime] }],
  });
});
