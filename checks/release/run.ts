// Makes releases in a clone, and checks what they contain: `scripts/release`.
import manifest from "../../package.json" with { type: "json" };
import { withDirectory } from "../../test/support/process.ts";
import { helpFor } from "../../test/support/program-help.ts";
import { Report } from "../streaming/report.ts";
import { testArtifacts } from "./artifacts.ts";
import { Clone } from "./clone.ts";
import { testRefusals } from "./refusals.ts";
import { testBill } from "./sbom.ts";

helpFor(`usage: scripts/release
  Makes releases of the current commit in a clone, without files that are not committed, and for this machine only. The
  first is one with --dry-run.
`);

const report = new Report();
const { version } = manifest;

await withDirectory(async (path) => {
  const clone = await Clone.of(path);
  await testRefusals(report, clone, version);
  let dry: string | undefined;
  await report.test("a dry run writes the artifacts, and neither tags nor changes the checkout", async () => {
    const output = await clone.release(version, "--dry-run", "--only-this-machine", "--output", clone.place("dry"));
    if (clone.git("tag", "--list") !== "") throw new Error("there is a tag");
    if (clone.git("status", "--porcelain") !== "") throw new Error("the checkout has changed");
    dry = clone.place("dry");
    return (
      output
        .split("\n")
        .filter((line) => line.startsWith("left out"))
        .join("; ") || "all builders"
    );
  });
  if (dry === undefined) return;
  await testArtifacts(report, clone, dry, version);
  await testBill(report, dry, version, path);
  await report.test("a release makes an annotated tag, and its artifacts have the bytes of the dry run", async () => {
    await clone.release(version, "--only-this-machine");
    const tagged = clone.git("rev-parse", `v${version}^{commit}`);
    if (tagged !== clone.git("rev-parse", "HEAD")) throw new Error(`the tag names ${tagged}`);
    if (clone.git("cat-file", "-t", `v${version}`) !== "tag") throw new Error("the tag is not annotated");
    clone.requireSameArtifacts("dry", `source/dist/release/${version}`);
    return `v${version} is ${tagged}`;
  });
  await report.test("a second release of the version is refused", () =>
    clone.requireRefusal(version, `there is a tag v${version}`),
  );
});
process.exit(report.finish());
