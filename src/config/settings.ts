import { availableParallelism } from "node:os";
import { parseIpRange, type IpRange } from "../base/ip-address.ts";
import { limits } from "../base/limits.ts";
import { logLevels, type LogLevel } from "../base/log.ts";
import { parseHost } from "../oci/host.ts";
import { parseRepositoryName, type RepositoryName } from "../oci/repository-name.ts";

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
  /** Null where the setting may be absent. */
  readonly default: string | null;
  /** For refusals: all that is accepted, where `form` does not say it. */
  readonly accepts?: string;
  /** What other programs call it, for a refusal that says what was meant. */
  readonly otherNames?: readonly string[];
  /** For refusals, where the default is no example. */
  readonly example?: string;
  readonly parse: (text: string) => T | undefined;
}

export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/**
 * `host:port`, `[v6]:port` or `:port`. No host is every IPv4 address of the machine, `[::]` every address. `localhost` is
 * 127.0.0.1, whatever the machine's resolver says.
 */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const port = Number(match[3]);
  if (port > 65_535) return undefined;
  const hostname = match[1] ?? (match[2] || "0.0.0.0");
  return { hostname: hostname === "localhost" ? "127.0.0.1" : hostname, port };
}

const switchForm = "on | off";

function parseSwitch(text: string): boolean | undefined {
  return text === "on" ? true : text === "off" ? false : undefined;
}

/** `auto` is one for each core, but for machines where the one writer of the metadata is busy before all of them are. */
function parseWorkers(text: string): number | undefined {
  if (text === "auto") return Math.min(availableParallelism(), limits.workersUsual);
  const count = /^[1-9]\d?$/.test(text) ? Number(text) : 0;
  return count > 0 && count <= limits.workersMost ? count : undefined;
}

/** What twelve digits can say. */
const chunkMinimumMost = 999_999_999_999;

function parseBytes(text: string): number | undefined {
  return /^[0-9]{1,12}$/.test(text) ? Number(text) : undefined;
}

function oneOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** It becomes a header on every reply, so it is held to what a header can hold (SEC-02). */
function parseNotice(text: string): string | undefined {
  return text.length <= limits.noticeCharacters && /^[ -~]+$/.test(text) ? text : undefined;
}

/** Repositories by the host that clients know them under. */
export type Namespaces = ReadonlyMap<string, RepositoryName>;

function parseNamespaces(text: string): Namespaces | undefined {
  const namespaces = new Map<string, RepositoryName>();
  for (const pair of text.split(",")) {
    const [host, name, ...rest] = pair.split("=").map((part) => part.trim());
    const repository = parseRepositoryName(name ?? "");
    if (!repository || rest.length > 0 || parseHost(host!) === undefined) return undefined;
    namespaces.set(host!, repository);
  }
  return namespaces;
}

function parseSilence(text: string): number | undefined {
  const seconds = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Infinity;
  return seconds <= limits.uploadSilenceSecondsMost ? seconds : undefined;
}

function parseFile(text: string): string | undefined {
  return text.trim() === "" ? undefined : text;
}

/** `/v2` itself cannot be one: what stands below it could as well be a repository. */
function parsePathPrefix(text: string): string | undefined {
  const components = text.split("/").slice(1);
  const valid = components.every((component) => /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/.test(component));
  return text.startsWith("/") && valid && components[0] !== "v2" ? text : undefined;
}

/** Scheme, host and port; the path is that of `path-prefix`. */
function parsePublicAddress(text: string): string | undefined {
  const [, scheme, host] = /^(https?):\/\/([^/]*)\/?$/.exec(text) ?? [];
  return host !== undefined && parseHost(host) && URL.canParse(text) ? `${scheme}://${host}` : undefined;
}

const leastLevels = [...logLevels, "off"] as const;
const logFormats = ["auto", "json", "text"] as const;
/** Hosts in lower case, each with a port or without; `*` is every host. */
function parseHosts(text: string): readonly string[] | undefined {
  const hosts = text.split(",").map((one) => one.trim().toLowerCase());
  return hosts.every((host) => host === "*" || parseHost(host) !== undefined) ? hosts : undefined;
}

/** Origins in the form in which browsers send them; `*` is every origin. */
function parseOrigins(text: string): readonly string[] | undefined {
  const origins = text.split(",").map((one) => (one.trim() === "*" ? "*" : parseOrigin(one.trim())));
  return origins.every((one) => one !== undefined) ? origins : undefined;
}

/** Scheme, host and port; apps on a browser engine have schemes of their own. */
function parseOrigin(text: string): string | undefined {
  const [, scheme = "", host = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)\/?$/.exec(text) ?? [];
  if (parseHost(host) === undefined || !URL.canParse(text)) return undefined;
  return scheme === "http" || scheme === "https" ? new URL(text).origin : `${scheme}://${host}`;
}

/** Addresses and ranges of proxies; `unix` is one that connects by a Unix socket. */
export type Proxies = readonly (IpRange | "unix")[];

function parseProxies(text: string): Proxies | undefined {
  const proxies = text.split(",").map((one) => (one.trim() === "unix" ? "unix" : parseIpRange(one.trim())));
  return proxies.every((one) => one !== undefined) ? proxies : undefined;
}

export const settings = {
  listen: {
    key: "listen",
    doc: "Address and port to listen on. Port 0 takes one that is free. `localhost:5000` is 127.0.0.1 only; `[::1]:5000` is the same for IPv6. `:5000` and `0.0.0.0:5000` are every IPv4 address of the machine, `[::]:5000` every IPv4 and IPv6 address: anyone who can reach the port can then push and delete.",
    form: "host:port",
    accepts: "host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000",
    otherNames: ["port", "host", "address", "addr", "bind", "p"],
    default: "127.0.0.1:5000",
    parse: parseAddress,
  } satisfies Setting<Address>,
  data: {
    key: "data",
    doc: "Directory that holds everything: the metadata database and the blobs.",
    form: "directory",
    otherNames: ["dir", "directory", "data-dir", "data-directory", "root", "storage", "path", "d"],
    default: "./data",
    parse: parseFile,
  } satisfies Setting<string>,
  workers: {
    key: "workers",
    doc: `Processes that answer requests, at most ${limits.workersMost}. \`auto\` is one for each core that the registry may use, and at most ${limits.workersUsual}; with 1, everything is done in one process. More than one have another above them, which writes the database and starts anew what ends.`,
    form: "number | auto",
    accepts: `a number from 1 to ${limits.workersMost}, or auto`,
    otherNames: ["processes", "threads", "cpus", "concurrency"],
    default: "auto",
    parse: parseWorkers,
  } satisfies Setting<number>,
  tlsCert: {
    key: "tls-cert",
    doc: "Certificate for TLS, with the intermediates after it. With `tls-key`, only TLS is spoken; both files are read again when they change, and on SIGHUP.",
    form: "PEM file",
    default: null,
    example: "/etc/lading/tls.crt",
    otherNames: ["cert", "certificate", "tls-certificate", "ssl-cert"],
    parse: parseFile,
  } satisfies Setting<string>,
  tlsKey: {
    key: "tls-key",
    doc: "Private key of `tls-cert`, without a passphrase.",
    form: "PEM file",
    default: null,
    example: "/etc/lading/tls.key",
    otherNames: ["key", "private-key", "tls-private-key", "ssl-key"],
    parse: parseFile,
  } satisfies Setting<string>,
  pathPrefix: {
    key: "path-prefix",
    doc: "Path that clients see before `/v2`, where a proxy serves the registry below one: `Location` and `Link` begin with it, and it is taken off requests that have it. Docker, Podman and most others cannot ask below a path.",
    form: "path",
    default: null,
    example: "/registry",
    otherNames: ["prefix", "base-path", "url-prefix"],
    parse: parsePathPrefix,
  } satisfies Setting<string>,
  publicAddress: {
    key: "public-address",
    doc: "What every `Location` begins with, for clients that cannot follow a path, as Docker 1.5. Clients have to reach the registry by this address only; absent, `Location` is a path, which is right by any.",
    form: "http://host or https://host",
    default: null,
    example: "https://registry.example.com",
    otherNames: ["public-url", "external-url", "base-url", "url"],
    parse: parsePublicAddress,
  } satisfies Setting<string>,
  allowedHosts: {
    key: "allowed-hosts",
    doc: "Host names by which web browsers may reach the registry, beside loopback names, the address in `listen` and the host of `public-address`. Each may have a port; `*` allows every name. A browser that asks for another name gets 403, since web pages could use such a name to reach a registry that only their reader can reach (DNS rebinding). Other clients may use any name.",
    form: "host[:port][,host[:port]...]",
    default: null,
    example: "registry.example.com,registry:5000",
    parse: parseHosts,
  } satisfies Setting<readonly string[]>,
  corsOrigins: {
    key: "cors-origins",
    doc: "Origins of web pages that may use the registry from a browser, to read and to write, such as a user interface on another host. `*` allows every web page. Browsers get 403 for pages of all other origins.",
    form: "origin[,origin...]",
    default: null,
    example: "https://ui.example.com",
    parse: parseOrigins,
  } satisfies Setting<readonly string[]>,
  trustedProxies: {
    key: "trusted-proxies",
    doc: "Proxies that are believed when they say who their client is: IP addresses, CIDR ranges, and `unix` for a Unix socket. The log then has the address from their `X-Forwarded-For` header, or from `Forwarded` where they send no other. A proxy in this list must set or remove these headers; from all other clients they are ignored.",
    form: "address[/bits][,address[/bits]...]",
    default: null,
    example: "127.0.0.1,10.0.0.0/8",
    parse: parseProxies,
  } satisfies Setting<Proxies>,
  log: {
    key: "log",
    doc: "The least severe events that are logged to standard error. `debug`: also successful health probes and metric scrapes; `info`: every other request, and what the registry does; `warn`: what needs attention soon; `error`: what failed inside the registry; `off`: nothing.",
    form: leastLevels.join(" | "),
    accepts: oneOf(leastLevels),
    otherNames: ["log-level", "loglevel", "level", "verbosity"],
    default: "info",
    parse: (text) => leastLevels.find((level) => level === text),
  } satisfies Setting<LogLevel | "off">,
  logFormat: {
    key: "log-format",
    doc: "`json`: one JSON object a line. `text`: a short line for people. `auto`: `text` if standard error is a terminal, else `json`.",
    form: logFormats.join(" | "),
    accepts: oneOf(logFormats),
    default: "auto",
    parse: (text) => logFormats.find((format) => format === text),
  } satisfies Setting<(typeof logFormats)[number]>,
  anonymousMount: {
    key: "anonymous-mount",
    doc: "Whether a mount that names no repository takes the blob from any repository that the client may pull from.",
    form: switchForm,
    accepts: "on or off",
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  deletion: {
    key: "deletion",
    doc: "Whether clients may delete tags, manifests and blobs; off, they are answered 405. Uploads can be cancelled in any case.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  sparseIndexes: {
    key: "sparse-indexes",
    doc: "Whether an index may be pushed although manifests that it lists are not in the repository, as when only some platforms of an image are copied. A pull of a missing manifest answers 404; when it is pushed later, it cannot be deleted before the index. Off, such a push is refused with one `MANIFEST_BLOB_UNKNOWN` for each missing manifest.",
    form: switchForm,
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  chunkMinimum: {
    key: "chunk-minimum",
    doc: "Bytes that a chunk of an upload should have at least, told to clients as `OCI-Chunk-Min-Length`; smaller ones are taken all the same. 0 tells them nothing.",
    form: "bytes",
    accepts: `a number of bytes from 0 to ${chunkMinimumMost}`,
    default: "0",
    parse: parseBytes,
  } satisfies Setting<number>,
  uploadSilence: {
    key: "upload-silence",
    doc: `Seconds for which a client may send nothing in the middle of a request body, at most ${limits.uploadSilenceSecondsMost}. After them it is answered 408 and the connection is closed; an upload session keeps what has arrived. While other requests wait for room, a silent client has to give way earlier.`,
    form: "seconds",
    default: String(limits.uploadSilenceSeconds),
    parse: parseSilence,
  } satisfies Setting<number>,
  chunkMaximum: {
    key: "chunk-maximum",
    doc: "The largest chunk of an upload in bytes that a proxy in front lets through, sent to clients as `OCI-Chunk-Max-Length`. It is advice: larger chunks are taken, and clients that do not know the header send what they like. 0 sends no header.",
    form: "bytes",
    default: "0",
    parse: parseBytes,
  } satisfies Setting<number>,
  namespaces: {
    key: "namespaces",
    doc: "For clients that use this registry as a mirror of others, and name the other one in the `ns` parameter of a pull: the repositories of that host are looked for below the repository named here. Other hosts in `ns` are ignored.",
    form: "host=repository[,host=repository...]",
    default: null,
    example: "docker.io=mirror/docker.io",
    parse: parseNamespaces,
  } satisfies Setting<Namespaces>,
  legacy: {
    key: "legacy",
    doc: "Whether the routes of 2014 are answered: `/v2/<name>/manifest/<tag>` and below `/v2/<name>/blob/`, with the names, statuses and error codes of that time; and whether manifests of Docker schema 1 are taken. Off, those paths do not exist, and such manifests are refused.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  schema1Conversion: {
    key: "schema1-conversion",
    doc: "Whether a client whose `Accept` names nothing newer than Docker schema 1, or that sends none, is given images by their tags as schema 1, signed by the registry's own key. The routes of 2014 do so in any case. Needs `legacy`.",
    form: switchForm,
    accepts: "on or off",
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  schema1Names: {
    key: "schema1-names",
    doc: "Whether a pushed manifest of Docker schema 1 has to bear the name of the repository and the tag that it is pushed to. Off, it can be copied elsewhere as it is; on the routes of 2014 it has to in any case.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  notice: {
    key: "notice",
    doc: `A sentence that clients show to their users, sent as a \`Warning\` with every reply; at most ${limits.noticeCharacters} printable ASCII characters.`,
    form: "text",
    accepts: `1 to ${limits.noticeCharacters} printable ASCII characters`,
    default: null,
    example: "'This registry moves on Friday.'",
    parse: parseNotice,
  } satisfies Setting<string>,
} as const;

type ValueOf<S> = S extends Setting<infer T> ? (S extends { readonly default: null } ? T | undefined : T) : never;

export type Settings = { readonly [K in keyof typeof settings]: ValueOf<(typeof settings)[K]> };

/** What every setting is where nothing is said. */
export function defaultOf<T>({ default: text, parse }: Setting<T>): T | undefined {
  return text === null ? undefined : parse(text);
}

export function environmentName(key: string): string {
  return `LADING_${key.toUpperCase().replaceAll("-", "_")}`;
}
