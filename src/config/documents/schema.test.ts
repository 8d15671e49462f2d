import { expect, test } from "bun:test";
import { exampleDocument } from "./example.ts";
import { parseYaml } from "../file/document.ts";
import { parseSettings } from "../file/parser.ts";
import { jsonOf, schemaDocument } from "./schema.ts";
import { groups, settings } from "../settings.ts";
import type { Setting } from "../settings/setting.ts";

type Schema = Readonly<Record<string, unknown>>;
const schema = JSON.parse(schemaDocument()) as Schema;
const all: readonly Setting<unknown>[] = Object.values(settings);

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** The checks of the keywords that the schema uses. Other keywords are an error, so that no rule is skipped. */
const checks: Readonly<Record<string, (rule: never, value: never, whole: Schema) => boolean>> = {
  type: (types: string | string[], value) => [types].flat().includes(typeOf(value)),
  enum: (values: unknown[], value) => values.includes(value),
  anyOf: (schemas: Schema[], value) => schemas.some((one) => accepts(one, value)),
  minimum: (least: number, value: number) => value >= least,
  maximum: (most: number, value: number) => value <= most,
  minLength: (least: number, value: string) => value.length >= least,
  minItems: (least: number, value: unknown[]) => value.length >= least,
  pattern: (pattern: string, value: string) => new RegExp(pattern, "u").test(value),
  items: (items: Schema, value: unknown[]) => value.every((one) => accepts(items, one)),
  properties: (properties: Record<string, Schema>, value: Record<string, unknown> | null) =>
    Object.entries(value ?? {}).every(([key, one]) => properties[key] === undefined || accepts(properties[key], one)),
  additionalProperties: (_rule: false, value: object | null, whole) =>
    Object.keys(value ?? {}).every((key) => Object.hasOwn(whole["properties"] as object, key)),
};
const annotations = new Set(["$schema", "$comment", "title", "description", "default", "examples"]);

function accepts(rules: Schema, value: unknown): boolean {
  return Object.entries(rules).every(([keyword, rule]) => {
    if (annotations.has(keyword)) return true;
    if (!Object.hasOwn(checks, keyword)) throw new Error(`the check does not know ${keyword}`);
    return checks[keyword]!(rule as never, value as never, rules);
  });
}

const isAccepted = (text: string) => accepts(schema, Bun.YAML.parse(text));

function isLoaded(text: string): boolean {
  try {
    parseSettings(parseYaml(text, "f"));
    return true;
  } catch {
    return false;
  }
}

test("the example is valid, and contains no settings", () => {
  const text = exampleDocument();
  expect(isAccepted(text)).toBe(true);
  expect(parseSettings(parseYaml(text, "f")).size).toBe(0);
  expect(text.split("\n").filter((line) => line.length > 120)).toEqual([]);
});

test("the example without comment signs is valid, and has all settings with their defaults or examples", () => {
  const text = exampleDocument().replaceAll(/^ {2}#(?=\S)/gm, "  ");
  expect(isAccepted(text)).toBe(true);
  const found = parseSettings(parseYaml(text, "f"));
  expect([...found].map(([key, { text: value }]) => [key, value])).toEqual(
    all.map(({ key, default: value, example }) => [key, value ?? example!]),
  );
});

test("each setting has a description, and its default and its example are valid", () => {
  const properties = schema["properties"] as Record<string, { properties: Record<string, Schema> }>;
  for (const group of groups) {
    for (const setting of Object.values(group.settings)) {
      const { description, ...rules } = properties[group.name]!.properties[setting.key]!;
      expect(description).toBe(setting.doc);
      expect(rules["default"]).toEqual(setting.default === null ? undefined : jsonOf(setting, setting.default));
      for (const value of [rules["default"] ?? [], rules["examples"] ?? []].flat()) {
        if (setting.value.kind !== "list") expect([setting.key, accepts(rules, value)]).toEqual([setting.key, true]);
      }
    }
  }
});

test("the schema and the loader agree on types, names and ranges", () => {
  const values = ["on", "off", "true", "false", "yes", "1", "0", "-1", "65", "1.5", "86401", "1e12", "auto", "'1'"];
  const others = ["info", "json", "trace", "", "''", "{a: 1}", "[]", "[1]", "[[]]"];
  const strict = all.filter(({ value: { kind } }) => kind !== "text" && kind !== "list");
  expect(strict.length).toBeGreaterThan(10);
  for (const group of groups) {
    for (const { key } of Object.values(group.settings).filter((one) => strict.includes(one))) {
      for (const value of [...values, ...others]) {
        const text = `${group.name}:\n  ${key}: ${value}\n`;
        expect([text, isAccepted(text)]).toEqual([text, isLoaded(text)]);
      }
    }
  }
  for (const text of ["netwrok:\n", "network:\n  lisen: x\n", "- a\n", "network: x\n", "network: []\n"]) {
    expect([text, isAccepted(text), isLoaded(text)]).toEqual([text, false, false]);
  }
});

test("lists and texts of every setting have the same types for the schema as for the loader", () => {
  for (const text of ["network:\n  listen: 5000\n", "network:\n  listen: [a]\n", "tls:\n  tls-cert: {}\n"]) {
    expect([text, isAccepted(text), isLoaded(text)]).toEqual([text, false, false]);
  }
  for (const value of ["[]", "[5]", "['a,b']", "5", "{a: 1}", "''"]) {
    const text = `browsers:\n  allowed-hosts: ${value}\n`;
    expect([text, isAccepted(text), isLoaded(text)]).toEqual([text, false, false]);
  }
  expect(isAccepted("browsers:\n  allowed-hosts: [a, b]\n")).toBe(true);
});
