import { expect, test } from "bun:test";
import { filesBelow, readText, YamlNode } from "../../test/architecture/repository-files.ts";
import { chartValues } from "./values.ts";

const templates = filesBelow("packaging/helm/lading/templates").map(readText).join("\n");
const paths = Object.keys(chartValues);

test("values.yaml has each value with its default", () => {
  const file = YamlNode.read("packaging/helm/lading/values.yaml");
  for (const [path, { default: value }] of Object.entries(chartValues)) {
    expect([path, file.get(...path.split(".")).value]).toEqual([path, value]);
  }
});

test("the templates use each value, and no other", () => {
  const used = [...templates.matchAll(/\.Values\.([\w.]+)/g)].map(([, path]) => path!);
  expect([...new Set(used)].toSorted()).toEqual(paths.toSorted());
});

test("each default fits its schema in the type", () => {
  const types = { string: "", boolean: false, integer: 0, array: [], object: {} };
  for (const [path, { default: value, schema }] of Object.entries(chartValues)) {
    const type = (schema?.["type"] ?? "string") as keyof typeof types;
    expect([path, Array.isArray(value), typeof value]).toEqual([path, type === "array", typeof types[type]]);
  }
});
