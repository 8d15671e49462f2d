import { availableParallelism } from "node:os";
import { parseIpRange, type IpRange } from "../base/ip-address.ts";
import { configLimits } from "./limits.ts";
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
  if (text === "auto") return Math.min(availableParallelism(), configLimits.workersUsual);
  const count = /^[1-9]\d?$/.test(text) ? Number(text) : 0;
  return count > 0 && count <= configLimits.workersMost ? count : undefined;
}

/** For refusals: the numbers that `parseBytes` reads. */
const bytesAccepted = "a number of bytes from 0 to 999999999999";

function parseBytes(text: string): number | undefined {
  return /^[0-9]{1,12}$/.test(text) ? Number(text) : undefined;
}

function oneOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** It becomes a header on every reply, so it is held to what a header can hold (SEC-02). */
function parseNotice(text: string): string | undefined {
  return text.length <= configLimits.noticeCharacters && /^[ -~]+$/.test(text) ? text : undefined;
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
  return seconds <= configLimits.uploadSilenceSecondsMost ? seconds : undefined;
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
    doc: "Address and port to listen on. Port 0 takes a free port. `localhost:5000` is 127.0.0.1 only; `[::1]:5000` is the same for IPv6. `:5000` and `0.0.0.0:5000` listen on every IPv4 address of the machine, `[::]:5000` on every IPv4 and IPv6 address: anyone who can reach the port can then push, pull and delete.",
    form: "host:port",
    accepts: "host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000",
    otherNames: ["port", "host", "address", "addr", "bind", "p"],
    default: "127.0.0.1:5000",
    parse: parseAddress,
  } satisfies Setting<Address>,
  data: {
    key: "data",
    doc: "Directory for all data: the metadata database, the blobs and the signing key. It must be on a local disk; network filesystems are not supported.",
    form: "directory",
    otherNames: ["dir", "directory", "data-dir", "data-directory", "root", "storage", "path", "d"],
    default: "./data",
    parse: parseFile,
  } satisfies Setting<string>,
  workers: {
    key: "workers",
    doc: `Worker processes that answer requests, at most ${configLimits.workersMost}. \`auto\` is one for each CPU core that the registry may use, and at most ${configLimits.workersUsual}. With two or more, a supervisor process starts them, writes the database, and replaces workers that exit. With 1, one process does everything.`,
    form: "number | auto",
    accepts: `a number from 1 to ${configLimits.workersMost}, or auto`,
    otherNames: ["processes", "threads", "cpus", "concurrency"],
    default: "auto",
    parse: parseWorkers,
  } satisfies Setting<number>,
  tlsCert: {
    key: "tls-cert",
    doc: "Certificate for TLS, followed by its intermediate certificates. With `tls-cert` and `tls-key`, the port speaks TLS only. Both files are read again when they change, and on SIGHUP.",
    form: "PEM file",
    default: null,
    example: "/etc/lading/tls.crt",
    otherNames: ["cert", "certificate", "tls-certificate", "ssl-cert"],
    parse: parseFile,
  } satisfies Setting<string>,
  tlsKey: {
    key: "tls-key",
    doc: "Private key of `tls-cert`, without a passphrase. The file may be readable by its owner and its group only (mode 0400, 0440, 0600 or 0640).",
    form: "PEM file",
    default: null,
    example: "/etc/lading/tls.key",
    otherNames: ["key", "private-key", "tls-private-key", "ssl-key"],
    parse: parseFile,
  } satisfies Setting<string>,
  pathPrefix: {
    key: "path-prefix",
    doc: "Path before `/v2` under which a proxy serves the registry. `Location` and `Link` headers begin with it; requests may have it or not. The prefix holds for `/metrics`, `/readyz` and `/docs` too, so publish only the part below `/v2/`. Docker, Podman and most other clients cannot use a registry below a path.",
    form: "path",
    default: null,
    example: "/registry",
    otherNames: ["prefix", "base-path", "url-prefix"],
    parse: parsePathPrefix,
  } satisfies Setting<string>,
  publicAddress: {
    key: "public-address",
    doc: "Base URL for `Location` headers. Set it only for clients that cannot resolve relative URLs (Docker 1.5). All clients then have to reach the registry by this address. Without it, `Location` is a path, which works behind any proxy.",
    form: "http://host or https://host",
    default: null,
    example: "https://registry.example.com",
    otherNames: ["public-url", "external-url", "base-url", "url"],
    parse: parsePublicAddress,
  } satisfies Setting<string>,
  allowedHosts: {
    key: "allowed-hosts",
    doc: "Host names by which web browsers may reach the registry, in addition to loopback names, the address in `listen` and the host of `public-address`. Each may have a port; `*` allows every name. A browser that asks for another name gets 403, because a web page could use such a name to reach a registry in its reader's private network (DNS rebinding). Clients other than browsers may use any name.",
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
    doc: "List your proxy here; otherwise all its clients count as one. Proxies whose `X-Forwarded-For` or `Forwarded` header names the client: IP addresses, CIDR ranges, and `unix` for a Unix socket. The log and the limits for one client then use that address. `Forwarded` counts only where a request has no `X-Forwarded-For`. A proxy in this list must set or remove these headers. The registry ignores them in requests from any other address.",
    form: "address[/bits][,address[/bits]...]",
    default: null,
    example: "127.0.0.1,10.0.0.0/8",
    parse: parseProxies,
  } satisfies Setting<Proxies>,
  log: {
    key: "log",
    doc: "The least severe level that is logged to standard error. `debug` adds successful health probes and metric scrapes; `info` logs every other request and what the registry does; `warn` logs what needs attention soon; `error` logs failures inside the registry; `off` logs nothing.",
    form: leastLevels.join(" | "),
    accepts: oneOf(leastLevels),
    otherNames: ["log-level", "loglevel", "level", "verbosity"],
    default: "info",
    parse: (text) => leastLevels.find((level) => level === text),
  } satisfies Setting<LogLevel | "off">,
  logFormat: {
    key: "log-format",
    doc: "`json`: one JSON object a line. `text`: short lines for people. `auto`: `text` if standard error is a terminal, else `json`.",
    form: logFormats.join(" | "),
    accepts: oneOf(logFormats),
    default: "auto",
    parse: (text) => logFormats.find((format) => format === text),
  } satisfies Setting<(typeof logFormats)[number]>,
  anonymousMount: {
    key: "anonymous-mount",
    doc: "If on, a mount request without `from` takes the blob from any repository that the client may pull from.",
    form: switchForm,
    accepts: "on or off",
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  deletion: {
    key: "deletion",
    doc: "If on, clients may delete tags, manifests and blobs. If off, such requests get 405. Clients can cancel upload sessions in any case. Deleting frees no disk space yet.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  sparseIndexes: {
    key: "sparse-indexes",
    doc: "If on, an index may be pushed although the repository does not have all manifests that it lists, for instance to copy only some platforms of an image. A pull of a missing manifest gets 404. If a missing manifest is pushed later, it can be deleted only after the index. If off, such a push is refused with one `MANIFEST_BLOB_UNKNOWN` for each missing manifest.",
    form: switchForm,
    accepts: "on or off",
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  chunkMinimum: {
    key: "chunk-minimum",
    doc: "Least size of an upload chunk in bytes, sent to clients as `OCI-Chunk-Min-Length`. It is advice: smaller chunks are accepted. 0 sends no header.",
    form: "bytes",
    accepts: bytesAccepted,
    default: "0",
    parse: parseBytes,
  } satisfies Setting<number>,
  uploadSilence: {
    key: "upload-silence",
    doc: `Seconds for which a client may send nothing in the middle of a request body, at most ${configLimits.uploadSilenceSecondsMost}. After that it gets 408 and the connection is closed; an upload session keeps the bytes that have arrived. While other requests wait for room, a slow or silent client may have to give way earlier.`,
    form: "seconds",
    accepts: `a number of seconds from 1 to ${configLimits.uploadSilenceSecondsMost}`,
    default: String(configLimits.uploadSilenceSeconds),
    parse: parseSilence,
  } satisfies Setting<number>,
  chunkMaximum: {
    key: "chunk-maximum",
    doc: "Largest size of an upload chunk in bytes that a proxy in front accepts, sent to clients as `OCI-Chunk-Max-Length`. It is advice: larger chunks are accepted, and clients that do not know the header ignore it. 0 sends no header.",
    form: "bytes",
    accepts: bytesAccepted,
    default: "0",
    parse: parseBytes,
  } satisfies Setting<number>,
  namespaces: {
    key: "namespaces",
    doc: "Where to find the content of other registries, for clients that use this registry as a mirror and send the `ns` parameter (containerd): pulls with `ns=host` look below the repository named here. The registry does not fetch anything from those hosts: it is not a pull-through cache, so the images have to be pushed first. Other hosts in `ns` are ignored.",
    form: "host=repository[,host=repository...]",
    default: null,
    example: "docker.io=mirror/docker.io",
    parse: parseNamespaces,
  } satisfies Setting<Namespaces>,
  legacy: {
    key: "legacy",
    doc: "If on, the registry answers the paths of the Registry API of 2014 (`/v2/<name>/manifest/<tag>` and `/v2/<name>/blob/...`), with the names, statuses and error codes of that time, and accepts manifests of Docker schema 1. If off, those paths get 404 and such manifests are refused.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  schema1Conversion: {
    key: "schema1-conversion",
    doc: "If on, a client that accepts nothing newer than Docker schema 1, or sends no `Accept`, gets images by tag as schema 1, signed with the registry's key. The paths of 2014 convert in any case. Needs `legacy` on.",
    form: switchForm,
    accepts: "on or off",
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  schema1Names: {
    key: "schema1-names",
    doc: "If on, the name and tag inside a Docker schema 1 manifest must match where it is pushed. If off, it can be copied to another name unchanged. The paths of 2014 always require the match.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  notice: {
    key: "notice",
    doc: `A sentence for users, sent as a \`Warning\` header with every response; at most ${configLimits.noticeCharacters} printable ASCII characters. crane and regctl print it. docker, podman, skopeo and helm do not.`,
    form: "text",
    accepts: `1 to ${configLimits.noticeCharacters} printable ASCII characters`,
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
