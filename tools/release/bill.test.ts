import { expect, test } from "bun:test";
import lock from "../../package-lock.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import { packageComponents, releaseBill } from "./bill.ts";

test("the bill has each package that npm installs with Lading, at its version", () => {
  const { subject, components } = releaseBill(new Date(0));
  expect(subject.purl).toBe(`pkg:npm/lading@${manifest.version}`);
  for (const [name, version] of Object.entries(manifest.optionalDependencies)) {
    expect(components).toContainEqual(expect.objectContaining({ name, version }));
  }
});

test("the bill has the libraries of the runtime, and no package of development", () => {
  const names = releaseBill(new Date(0)).components.map(({ name }) => name);
  for (const name of ["sqlite", "boringssl", "webkit"]) expect(names).toContain(name);
  for (const name of Object.keys(manifest.devDependencies)) expect(names).not.toContain(name);
});

test("no component is there twice, because its package URL identifies it", () => {
  const urls = releaseBill(new Date(0)).components.map(({ purl }) => purl);
  expect(urls).toEqual([...new Set(urls)]);
});

test("a package that Lading needs besides the runtime is a component; this version has none", () => {
  expect(packageComponents(lock.packages)).toEqual([]);
  const packages = {
    "": { version: "1.0.0" },
    "node_modules/@scope/needed": { version: "2.0.0", license: "MIT" },
    "node_modules/@scope/needed/node_modules/inner": { version: "3.0.0" },
    "node_modules/tool": { version: "4.0.0", dev: true },
  };
  expect(packageComponents(packages).map(({ purl, license }) => [purl, license])).toEqual([
    ["pkg:npm/%40scope/needed@2.0.0", "MIT"],
    ["pkg:npm/inner@3.0.0", "NOASSERTION"],
  ]);
});
