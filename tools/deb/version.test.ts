import { expect, test } from "bun:test";
import { debianVersion } from "./version.ts";

test("a release keeps its version, and a pre-release is older than its release", () => {
  expect(debianVersion("0.1.0")).toBe("0.1.0");
  expect(debianVersion("1.0.0-rc.1")).toBe("1.0.0~rc.1");
});

test.if(Bun.which("dpkg") !== null)("dpkg sorts the versions", () => {
  const isOlder = (one: string, other: string) =>
    Bun.spawnSync(["dpkg", "--compare-versions", debianVersion(one), "lt", debianVersion(other)]).success;
  expect([isOlder("1.0.0-rc.1", "1.0.0"), isOlder("1.0.0", "1.0.1-rc.1")]).toEqual([true, true]);
});
