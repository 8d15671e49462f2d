import { expect, test } from "bun:test";
import { targets } from "../build/targets.ts";
import { builders, type Scope } from "./builders.ts";
import { ownTarget } from "./own-target.ts";

const namesOf = (scope: Scope) => builders.flatMap(({ outputs }) => outputs(scope).map(({ name }) => name));

test("a release has an executable for each machine, the npm package, Debian packages and the image", () => {
  const names = namesOf({ version: "1.2.3", onlyThisMachine: false });
  for (const target of Object.keys(targets)) expect(names).toContain(`lading-${target}`);
  expect(names.filter((name) => name.includes("1.2.3"))).toEqual([
    "lading-1.2.3.tgz",
    "lading_1.2.3_amd64.deb",
    "lading_1.2.3_arm64.deb",
    "lading-1.2.3-image.tar",
    "lading-1.2.3-image-amd64.cdx.json",
    "lading-1.2.3-image-arm64.cdx.json",
  ]);
});

test("for one machine, a release has its executable only", () => {
  const names = namesOf({ version: "1.2.3", onlyThisMachine: true });
  expect(names.slice(0, 2)).toEqual([`lading-${ownTarget()}`, "lading-1.2.3.tgz"]);
  expect(names.length).toBeLessThanOrEqual(3);
});

test("no two artifacts have the same name", () => {
  const names = namesOf({ version: "1.2.3-rc.1", onlyThisMachine: false });
  expect(names).toEqual([...new Set(names)]);
  expect(names).toContain("lading_1.2.3~rc.1_amd64.deb");
});
