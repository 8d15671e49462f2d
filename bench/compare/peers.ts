/** The registries that Lading is compared with: the command that starts each, and its configuration. */

export interface Peer {
  readonly name: string;
  /** A path, or the name of a program on PATH. */
  readonly binary: string;
  /** A run replaces `{port}`, `{data}` and, with a template, `{config}`. */
  readonly parameters: readonly string[];
  /** The text of the configuration file, with `{port}` and `{data}`. */
  readonly template?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly versionParameters?: readonly string[];
}

const distribution = `version: 0.1
log:
  level: error
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: {data}
  cache:
    blobdescriptor: inmemory
  delete:
    enabled: true
http:
  addr: 127.0.0.1:{port}
`;

const zot = `{
  "distSpecVersion": "1.1.1",
  "storage": { "rootDirectory": "{data}", "gc": false },
  "http": { "address": "127.0.0.1", "port": "{port}" },
  "log": { "level": "error" }
}
`;

const serveConfig = ["serve", "{config}"];

/** The known peers by their names in `--peer name=`. */
const known: Readonly<Record<string, Peer>> = {
  "distribution-2": {
    name: "distribution-2",
    binary: "docker-registry",
    parameters: serveConfig,
    template: distribution,
    versionParameters: ["--version"],
  },
  "distribution-3": {
    name: "distribution-3",
    binary: "registry",
    parameters: serveConfig,
    template: distribution,
    versionParameters: ["--version"],
    // Otherwise it would look for a collector of traces.
    env: { OTEL_TRACES_EXPORTER: "none" },
  },
  zot: { name: "zot", binary: "zot", parameters: serveConfig, template: zot, versionParameters: ["--version"] },
  olareg: {
    name: "olareg",
    binary: "olareg",
    parameters: ["serve", "--addr", "127.0.0.1", "--port", "{port}", "--dir", "{data}"],
    versionParameters: ["version"],
  },
};

/** The peers of every run. The report lists those that are missing. */
export const expectedPeers = [known["distribution-2"]!, known["distribution-3"]!];

/**
 * Parses `--peer name=N,binary=PATH,config=TEMPLATE,arguments=WORDS`. Omitted fields have the values of the known peer
 * with that name. `read` returns the text of the template.
 */
export function parsePeer(text: string, read: (path: string) => string): Peer {
  const fields = new Map(text.split(",").map((field) => splitOnce(field, "=")));
  for (const name of fields.keys()) {
    if (!["name", "binary", "config", "arguments"].includes(name)) throw new Error(`--peer has no field "${name}"`);
  }
  const name = fields.get("name");
  if (name === undefined || !/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new Error(`--peer "${text}" says no name`);
  const binary = fields.get("binary") ?? known[name]?.binary;
  if (binary === undefined) throw new Error(`--peer ${name} says no binary, and it is none that is known`);
  const config = fields.get("config");
  const template = config === undefined ? known[name]?.template : read(config);
  const parameters = fields.get("arguments")?.split(" ") ?? known[name]?.parameters ?? serveConfig;
  return { ...known[name], name, binary, parameters, ...(template !== undefined && { template }) };
}

/** The version in the output of a program: the first word with a number. */
export function versionIn(printed: string): string {
  return /\bv?(\d+\.\d+(?:\.\d+)?[\w.+~-]*)/.exec(printed)?.[1] ?? "unknown";
}

/** Replaces the placeholders in a text. Throws if one of them is unknown. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{([a-z]+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`a template asks for {${name}}; there are ${Object.keys(values).join(", ")}`);
    return value;
  });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
