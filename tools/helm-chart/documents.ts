/** Makes values.yaml, values.schema.json and the table in the README of the Helm chart from the table of its values. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "../../src/api/documents/markdown.ts";
import { chartValues, type ChartValue, type Schema } from "./values.ts";

const source = "tools/helm-chart/values.ts";
const readme = join(import.meta.dir, "../../packaging/helm/lading/README.md");
const begin = `<!-- values: begin; made from ${source} by 'npm run docs' -->`;
const end = "<!-- values: end -->";

type Group = ReadonlyMap<string, ChartValue | Group>;

/** The values as a tree of groups. */
const tree: Group = groupsOf(Object.entries(chartValues).map(([path, value]) => [path.split("."), value]));

function groupsOf(entries: readonly (readonly [path: readonly string[], value: ChartValue])[]): Group {
  const byName = Map.groupBy(entries, ([[name]]) => name!);
  return new Map(
    [...byName].map(([name, members]) => {
      const [[path, value]] = members as [(typeof members)[number]];
      return [name, path.length === 1 ? value : groupsOf(members.map(([[, ...rest], member]) => [rest, member]))];
    }),
  );
}

const isGroup = (node: ChartValue | Group): node is Group => node instanceof Map;

/** Returns values.yaml, with the description of each value as a comment. */
export function valuesDocument(): string {
  const parts = [...tree].map(([name, node]) => yamlOf(name, node).join("\n"));
  return `${[`# Made from ${source} by 'npm run docs'; change it there.`, ...parts].join("\n\n")}\n`;
}

function yamlOf(name: string, node: ChartValue | Group): string[] {
  if (!isGroup(node)) return [...comment(node.doc), ...yamlLines({ [name]: node.default })];
  return [`${name}:`, ...indent([...node].flatMap((member) => yamlOf(...member)))];
}

const yamlLines = (value: unknown) => Bun.YAML.stringify(value, null, 2).trimEnd().split("\n");
const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
const comment = (doc: string) => (doc.match(/\S.{0,100}(?=\s|$)/g) ?? []).map((line) => `# ${line}`);

/** Returns values.schema.json, with which Helm checks the values. */
export function valuesSchemaDocument(): string {
  const { properties, ...schema } = schemaOf(tree);
  // Helm passes `global` to each chart.
  const all = { ...(properties as Schema), global: { type: "object" } };
  const header = {
    $schema: "http://json-schema.org/draft-07/schema#",
    $comment: `Made from ${source} by 'npm run docs'.`,
  };
  return `${JSON.stringify({ ...header, ...schema, properties: all }, undefined, 2)}\n`;
}

function schemaOf(group: Group): Schema {
  const entries = [...group].map(([name, node]) => [name, isGroup(node) ? schemaOf(node) : valueSchema(node)]);
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(entries) };
}

function valueSchema({ doc, schema = { type: "string" }, default: value }: ChartValue): Schema {
  return { description: doc, ...schema, default: value };
}

/** Returns the README of the chart, with the table of all values between its marks. */
export function chartReadmeDocument(): string {
  const text = readFileSync(readme, "utf8");
  const [first, last] = [text.indexOf(begin), text.indexOf(end)];
  if (first < 0 || last < first) throw new Error(`${readme} has no marks for the table of values`);
  return `${text.slice(0, first)}${begin}\n\n${valuesTable()}\n\n${text.slice(last)}`;
}

function valuesTable(): string {
  const rows = Object.entries(chartValues).map(([path, { doc, default: value }]) => [
    `\`${path}\``,
    `\`${JSON.stringify(value)}\``,
    doc,
  ]);
  return markdownTable(["value", "default", "meaning"], rows);
}
