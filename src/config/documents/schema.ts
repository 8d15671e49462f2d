import { groups } from "../settings.ts";
import type { Setting, SettingGroup } from "../settings/setting.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Returns the JSON Schema of a configuration file, for editors and other tools. It is generated from the table of settings. */
export function schemaDocument(): string {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $comment: "Made from the tables in src/config/settings by 'npm run docs'; change it there.",
    title: "Configuration file of Lading",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(groups.map((group) => [group.name, groupSchema(group)])),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** A group may be empty, because all of its settings may be comments. */
function groupSchema({ doc, settings }: SettingGroup): Schema {
  return {
    description: doc,
    type: ["object", "null"],
    additionalProperties: false,
    properties: Object.fromEntries(Object.values(settings).map((setting) => [setting.key, settingSchema(setting)])),
  };
}

function settingSchema(setting: Setting<unknown>): Schema {
  const { doc, default: value, example } = setting;
  return {
    description: doc,
    ...valueSchema(setting),
    ...(value !== null && { default: jsonOf(setting, value) }),
    ...(example !== undefined && { examples: [jsonOf(setting, example)] }),
  };
}

function valueSchema({ value }: Setting<unknown>): Schema {
  switch (value.kind) {
    case "switch":
      return { enum: ["on", "off", true, false] };
    case "choice":
      return { enum: value.words };
    case "number": {
      const number = { type: "integer", minimum: value.least, maximum: value.most };
      return value.words === undefined ? number : { anyOf: [number, { enum: value.words }] };
    }
    case "list":
      return { anyOf: [text, { type: "array", minItems: 1, items: { ...text, pattern: "^[^,]+$" } }] };
    case "text":
      break;
  }
  return text;
}

const text: Schema = { type: "string", minLength: 1 };

/** Returns a default or an example as the file has it. */
export function jsonOf({ value: { kind } }: Setting<unknown>, value: string): string | number | readonly string[] {
  if (kind === "list") return value.split(",");
  return kind === "number" && /^\d+$/.test(value) ? Number(value) : value;
}
