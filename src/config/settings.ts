/**
 * The second table: every setting, once. The loader, the environment variable, the flag, the help and the manual are read
 * from it.
 */
export interface Setting<T> {
  /** In `--key` and `LADING_KEY`. */
  readonly key: string;
  readonly doc: string;
  /** What a value looks like, for help and refusals. */
  readonly form: string;
  readonly default: string;
  readonly parse: (text: string) => T | undefined;
}

export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port` or `:port`, which stands for every address of the machine. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const port = Number(match[3]);
  if (port > 65_535) return undefined;
  return { hostname: match[1] ?? (match[2] || "0.0.0.0"), port };
}

const levels = ["info", "error", "off"] as const;
export type LogLevel = (typeof levels)[number];

export const settings = {
  listen: {
    key: "listen",
    doc: "Address and port to listen on. Port 0 takes one that is free.",
    form: "host:port",
    default: "127.0.0.1:5000",
    parse: parseAddress,
  } satisfies Setting<Address>,
  data: {
    key: "data",
    doc: "Directory that holds everything: the metadata database and the blobs.",
    form: "directory",
    default: "./data",
    parse: (text) => (text.trim() === "" ? undefined : text),
  } satisfies Setting<string>,
  log: {
    key: "log",
    doc: "What is written to standard error, as one JSON object a line: `info`, every request; `error`, what failed inside; `off`, nothing.",
    form: levels.join(" | "),
    default: "info",
    parse: (text) => levels.find((level) => level === text),
  } satisfies Setting<LogLevel>,
} as const;

export type Settings = {
  readonly [K in keyof typeof settings]: (typeof settings)[K] extends Setting<infer T> ? T : never;
};

export function environmentName(key: string): string {
  return `LADING_${key.toUpperCase().replaceAll("-", "_")}`;
}
