import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmOrThrow, run } from "../npm-package/npm.ts";
import type { Report } from "../streaming/report.ts";

/** The reference implementation of CycloneDX for JavaScript, and what its validator needs. */
const packages = [
  "@cyclonedx/cyclonedx-library@10.3.0",
  "ajv@8.20.0",
  "ajv-formats@3.0.1",
  "ajv-formats-draft2019@1.6.1",
];

const validator = `
const { readFileSync } = require("node:fs");
const { Spec, Validation } = require("@cyclonedx/cyclonedx-library");
const text = readFileSync(process.argv[2], "utf8");
new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text).then((mistakes) => {
  if (mistakes !== null) console.log(JSON.stringify(mistakes));
});
`;

/** Validates the bill of materials of a release with the schema of CycloneDX. */
export async function testBill(report: Report, folder: string, version: string, path: string): Promise<void> {
  await report.test("the bill of materials is valid CycloneDX 1.6", async () => {
    const place = join(path, "validator");
    mkdirSync(place);
    await npmOrThrow(place, "install", "--ignore-scripts", ...packages);
    writeFileSync(join(place, "validate.cjs"), validator);
    const text = readFileSync(join(folder, `lading-${version}.cdx.json`), "utf8");
    const mistakes = await mistakesOf(place, text);
    if (mistakes !== "") throw new Error(mistakes);
    // The validator is one only if it refuses something.
    if ((await mistakesOf(place, text.replaceAll('"SHA-256"', '"SHA-0"'))) === "") throw new Error("it accepts SHA-0");
    return `${text.match(/"purl"/g)!.length} components, validated with ${packages[0]}`;
  });
}

async function mistakesOf(place: string, text: string): Promise<string> {
  writeFileSync(join(place, "bill.json"), text);
  const { code, stdout, stderr } = await run(["node", "validate.cjs", "bill.json"], place);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}
