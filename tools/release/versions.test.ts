import { expect, test } from "bun:test";
import { disagreements, isVersion, statedVersions } from "./versions.ts";

test.each(["0.1.0", "1.2.3", "10.20.30", "1.0.0-rc.1"])("%s is a version", (text) =>
  expect(isVersion(text)).toBe(true),
);

test.each(["", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3+build", "1.2.3 "])(
  "%j is no version",
  (text) => expect(isVersion(text)).toBe(false),
);

const texts = {
  "package.json": '{ "version": "1.2.3" }',
  "package-lock.json": '{ "version": "1.2.3", "packages": { "": { "version": "1.2.3" } } }',
  "packaging/helm/lading/Chart.yaml": 'version: 1.2.3\nappVersion: "1.2.3"\n',
};

test("manifest, lock file and chart agree", () => {
  expect(statedVersions(texts)).toHaveLength(5);
  expect(disagreements("1.2.3", statedVersions(texts))).toEqual([]);
});

test.each([
  ["package.json", '{ "version": "1.2.4" }', "package.json (version) has the version 1.2.4, not 1.2.3"],
  [
    "package-lock.json",
    '{ "version": "1.2.3", "packages": {} }',
    "package-lock.json (packages) has the version (none)",
  ],
  ["packaging/helm/lading/Chart.yaml", "version: 1.2.3\nappVersion: 1.2.2\n", "(appVersion) has the version 1.2.2"],
])("another version in %s is named", (path, text, mistake) => {
  const found = disagreements("1.2.3", statedVersions({ ...texts, [path]: text }));
  expect(found).toEqual([expect.stringContaining(mistake)]);
});
