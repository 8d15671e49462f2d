import { schemaDocument } from "../../src/config/documents/schema.ts";

interface GroupSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The settings that the chart passes on the command line, by their groups. */
const settingsOfTheChart: Readonly<Record<string, readonly string[]>> = {
  network: ["listen"],
  storage: ["data"],
  tls: ["tls-cert", "tls-key"],
};

/**
 * Returns the schema of the configuration file without the settings that the chart passes on the command line. So Helm
 * refuses a misspelt setting before it changes the cluster.
 */
export function configurationSchema(): Readonly<Record<string, unknown>> {
  const { properties } = JSON.parse(schemaDocument()) as { properties: Readonly<Record<string, GroupSchema>> };
  const groups = Object.entries(properties).map(([name, group]) => [name, withoutSettings(group, name)] as const);
  const remaining = groups.filter(([, group]) => Object.keys(group.properties).length > 0);
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(remaining) };
}

function withoutSettings(group: GroupSchema, name: string): GroupSchema {
  const excluded = settingsOfTheChart[name] ?? [];
  const kept = Object.entries(group.properties).filter(([key]) => !excluded.includes(key));
  return { ...group, properties: Object.fromEntries(kept) };
}
