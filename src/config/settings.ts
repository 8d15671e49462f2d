import { availableParallelism } from "node:os";
import { parseIpRange, type IpRange } from "../base/ip-address.ts";
import { configLimits } from "./limits.ts";
import { logLevels, type LogLevel } from "../base/log.ts";
import { parseHost } from "../oci/host.ts";
import { parseRepositoryName, type RepositoryName } from "../oci/repository-name.ts";

/**
 * A setting of the registry. The loader, the environment variables, the flags, the help and the manual all read the table of
 * settings.
 */
export interface Setting<T> {
  /** The name in the flag `--key` and in the variable `LADING_KEY`. */
  readonly key: string;
  readonly doc: string;
  /** The format of a value, for help texts and error messages. */
  readonly form: string;
  /** The default, or null if the setting may be absent. */
  readonly default: string | null;
  /** The accepted values for error messages, if `form` does not describe them. */
  readonly accepts?: string;
  /** Names of the setting in other programs. An error message uses them to suggest this setting. */
  readonly otherNames?: readonly string[];
  /** An example for error messages, if the default is not an example. */
  readonly example?: string;
  /** Returns the value, or undefined if the text is invalid. */
  readonly parse: (text: string) => T | undefined;
}

/** An address to listen on. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Parses `host:port`, `[v6]:port` or `:port`. Without a host, the address is every IPv4 address of the machine. `[::]` is every
 * IPv4 and IPv6 address. `localhost` is always 127.0.0.1, independent of the machine's resolver.
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

/**
 * Parses the number of workers. `auto` is one for each core up to a maximum, because on larger machines the single writer of
 * the metadata reaches its limit before the cores do.
 */
function parseWorkers(text: string): number | undefined {
  if (text === "auto") return Math.min(availableParallelism(), configLimits.workersUsual);
  const count = /^[1-9]\d?$/.test(text) ? Number(text) : 0;
  return count > 0 && count <= configLimits.workersMost ? count : undefined;
}

/** The numbers that `parseBytes` accepts, for error messages. */
const bytesAccepted = "a number of bytes from 0 to 999999999999";

function parseBytes(text: string): number | undefined {
  return /^[0-9]{1,12}$/.test(text) ? Number(text) : undefined;
}

function oneOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/**
 * Parses the notice. It becomes a header of every reply, so only characters that a header may contain are valid
 * (SEC-02).
 */
function parseNotice(text: string): string | undefined {
  return text.length <= configLimits.noticeCharacters && /^[ -~]+$/.test(text) ? text : undefined;
}

/** The repositories for the content of other registries, by the host of the registry. */
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

/** Parses the path prefix. `/v2` is invalid, because a path below it could also name a repository. */
function parsePathPrefix(text: string): string | undefined {
  const components = text.split("/").slice(1);
  const valid = components.every((component) => /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/.test(component));
  return text.startsWith("/") && valid && components[0] !== "v2" ? text : undefined;
}

/** Parses scheme, host and port. The setting `path-prefix` has the path. */
function parsePublicAddress(text: string): string | undefined {
  const [, scheme, host] = /^(https?):\/\/([^/]*)\/?$/.exec(text) ?? [];
  return host !== undefined && parseHost(host) && URL.canParse(text) ? `${scheme}://${host}` : undefined;
}

const leastLevels = [...logLevels, "off"] as const;
const logFormats = ["auto", "json", "text"] as const;

/** Parses a list of hosts, each with an optional port, and returns them in lower case. `*` is every host. */
function parseHosts(text: string): readonly string[] | undefined {
  const hosts = text.split(",").map((one) => one.trim().toLowerCase());
  return hosts.every((host) => host === "*" || parseHost(host) !== undefined) ? hosts : undefined;
}

/** Parses a list of origins and returns them in the format that browsers send. `*` is every origin. */
function parseOrigins(text: string): readonly string[] | undefined {
  const origins = text.split(",").map((one) => (one.trim() === "*" ? "*" : parseOrigin(one.trim())));
  return origins.every((one) => one !== undefined) ? origins : undefined;
}

/** Parses scheme, host and port. Apps that contain a browser engine use other schemes than HTTP. */
function parseOrigin(text: string): string | undefined {
  const [, scheme = "", host = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)\/?$/.exec(text) ?? [];
  if (parseHost(host) === undefined || !URL.canParse(text)) return undefined;
  return scheme === "http" || scheme === "https" ? new URL(text).origin : `${scheme}://${host}`;
}

/** Addresses and ranges of proxies. `unix` is a proxy that connects through a Unix socket. */
export type Proxies = readonly (IpRange | "unix")[];

function parseProxies(text: string): Proxies | undefined {
  const proxies = text.split(",").map((one) => (one.trim() === "unix" ? "unix" : parseIpRange(one.trim())));
  return proxies.every((one) => one !== undefined) ? proxies : undefined;
}

/** The table of all settings. */
export const settings = {
  listen: {
    key: "listen",
    doc: "Address and port to listen on. Port 0 takes a free port. `localhost:5000` is 127.0.0.1 only, and `[::1]:5000` is the same for IPv6. `:5000` and `0.0.0.0:5000` listen on every IPv4 address of the machine, `[::]:5000` on every IPv4 and IPv6 address. Anyone who can reach the port can then push, pull and delete.",
    form: "host:port",
    accepts: "host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000",
    otherNames: ["port", "host", "address", "addr", "bind", "p"],
    default: "127.0.0.1:5000",
    parse: parseAddress,
  } satisfies Setting<Address>,
  data: {
    key: "data",
    doc: "Directory for all data: the metadata database, the blobs and the signing key. It must be on a local disk. Lading does not support network filesystems.",
    form: "directory",
    otherNames: ["dir", "directory", "data-dir", "data-directory", "root", "storage", "path", "d"],
    default: "./data",
    parse: parseFile,
  } satisfies Setting<string>,
  workers: {
    key: "workers",
    doc: `Number of worker processes that answer requests, at most ${configLimits.workersMost}. \`auto\` is one for each CPU core that the registry may use, and at most ${configLimits.workersUsual}. With two or more workers, a supervisor process starts them, writes the database, and replaces workers that exit. With 1, one process does everything.`,
    form: "number | auto",
    accepts: `a number from 1 to ${configLimits.workersMost}, or auto`,
    otherNames: ["processes", "threads", "cpus", "concurrency"],
    default: "auto",
    parse: parseWorkers,
  } satisfies Setting<number>,
  tlsCert: {
    key: "tls-cert",
    doc: "File with the certificate for TLS, followed by its intermediate certificates. With `tls-cert` and `tls-key`, the port accepts only TLS. Lading reads both files again when they change, and on SIGHUP.",
    form: "PEM file",
    default: null,
    example: "/etc/lading/tls.crt",
    otherNames: ["cert", "certificate", "tls-certificate", "ssl-cert"],
    parse: parseFile,
  } satisfies Setting<string>,
  tlsKey: {
    key: "tls-key",
    doc: "File with the private key of `tls-cert`, without a passphrase. The file may be readable by its owner and its group only (mode 0400, 0440, 0600 or 0640).",
    form: "PEM file",
    default: null,
    example: "/etc/lading/tls.key",
    otherNames: ["key", "private-key", "tls-private-key", "ssl-key"],
    parse: parseFile,
  } satisfies Setting<string>,
  pathPrefix: {
    key: "path-prefix",
    doc: "Path before `/v2` under which a proxy serves the registry. `Location` and `Link` headers begin with it. Lading accepts requests with and without it. The prefix applies to `/metrics`, `/readyz` and `/docs` too, so publish only the part below `/v2/`. Docker, Podman and most other clients cannot use a registry below a path.",
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
    doc: "Proxies whose `X-Forwarded-For` or `Forwarded` header names the client: IP addresses, CIDR ranges, and `unix` for a Unix socket. List your proxy here. Otherwise all its clients count as one client. The log and the limits for one client use the address in the header. Lading reads `Forwarded` only if a request has no `X-Forwarded-For`. A proxy in this list must set or remove these headers. Lading ignores them in requests from any other address.",
    form: "address[/bits][,address[/bits]...]",
    default: null,
    example: "127.0.0.1,10.0.0.0/8",
    parse: parseProxies,
  } satisfies Setting<Proxies>,
  log: {
    key: "log",
    doc: "Least severe level of the log on standard error. `error` logs failures inside the registry. `warn` adds problems that need attention soon. `info` adds requests and the actions of the registry. `debug` adds successful health probes and metric scrapes. `off` logs nothing.",
    form: leastLevels.join(" | "),
    accepts: oneOf(leastLevels),
    otherNames: ["log-level", "loglevel", "level", "verbosity"],
    default: "info",
    parse: (text) => leastLevels.find((level) => level === text),
  } satisfies Setting<LogLevel | "off">,
  logFormat: {
    key: "log-format",
    doc: "Format of the log. `json` is one JSON object a line. `text` is short lines for people. `auto` is `text` if standard error is a terminal, else `json`.",
    form: logFormats.join(" | "),
    accepts: oneOf(logFormats),
    default: "auto",
    parse: (text) => logFormats.find((format) => format === text),
  } satisfies Setting<(typeof logFormats)[number]>,
  anonymousMount: {
    key: "anonymous-mount",
    doc: "If on, a mount request without `from` links the blob of any repository that the client may pull from. If off, such a request starts an upload session.",
    form: switchForm,
    accepts: "on or off",
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  deletion: {
    key: "deletion",
    doc: "If on, clients may delete tags, manifests and blobs. If off, such requests get 405. Clients can always cancel upload sessions. Deleting does not free disk space yet.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  sparseIndexes: {
    key: "sparse-indexes",
    doc: "If on, an index may be pushed although the repository does not have all manifests that it lists, for instance to copy only some platforms of an image. A pull of a missing manifest gets 404. If a missing manifest is pushed later, it can be deleted only after the index. If off, Lading refuses such a push with one `MANIFEST_BLOB_UNKNOWN` for each missing manifest.",
    form: switchForm,
    accepts: "on or off",
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  chunkMinimum: {
    key: "chunk-minimum",
    doc: "Recommended minimum size of an upload chunk in bytes. Lading sends it to clients as `OCI-Chunk-Min-Length`, and accepts smaller chunks too. With 0, Lading does not send the header.",
    form: "bytes",
    accepts: bytesAccepted,
    default: "0",
    parse: parseBytes,
  } satisfies Setting<number>,
  uploadSilence: {
    key: "upload-silence",
    doc: `Number of seconds for which a client may send nothing in the middle of a request body, at most ${configLimits.uploadSilenceSecondsMost}. After that, Lading replies 408 and closes the connection. An upload session keeps the bytes that have arrived. While other requests wait in the queue, Lading may end a slow or silent request earlier.`,
    form: "seconds",
    accepts: `a number of seconds from 1 to ${configLimits.uploadSilenceSecondsMost}`,
    default: String(configLimits.uploadSilenceSeconds),
    parse: parseSilence,
  } satisfies Setting<number>,
  chunkMaximum: {
    key: "chunk-maximum",
    doc: "Recommended maximum size of an upload chunk in bytes. Set it to the body limit of a proxy in front of Lading. Lading sends it to clients as `OCI-Chunk-Max-Length`, and accepts larger chunks too. Clients that do not know the header ignore it. With 0, Lading does not send the header.",
    form: "bytes",
    accepts: bytesAccepted,
    default: "0",
    parse: parseBytes,
  } satisfies Setting<number>,
  namespaces: {
    key: "namespaces",
    doc: "Repositories with the content of other registries, for clients that use Lading as a mirror and send the `ns` parameter (containerd). A pull with `ns=host` reads below the repository of that host. Lading is not a pull-through cache: it fetches nothing from those hosts, so you have to push the images first. Lading ignores other hosts in `ns`.",
    form: "host=repository[,host=repository...]",
    default: null,
    example: "docker.io=mirror/docker.io",
    parse: parseNamespaces,
  } satisfies Setting<Namespaces>,
  legacy: {
    key: "legacy",
    doc: "If on, the registry answers the paths of the Registry API of 2014 (`/v2/<name>/manifest/<tag>` and `/v2/<name>/blob/...`), with the names, status codes and error codes of that API, and accepts manifests of Docker schema 1. If off, those paths get 404, and Lading refuses such manifests.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  schema1Conversion: {
    key: "schema1-conversion",
    doc: "If on, a client that accepts nothing newer than Docker schema 1, or sends no `Accept`, gets images by tag as schema 1. Lading signs them with its own key. The paths of 2014 always convert. Requires `legacy` on.",
    form: switchForm,
    accepts: "on or off",
    default: "off",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  schema1Names: {
    key: "schema1-names",
    doc: "If on, the name and tag in a Docker schema 1 manifest must match the repository and tag of the push. If off, clients can copy such a manifest unchanged to another name. The paths of 2014 always require the match.",
    form: switchForm,
    accepts: "on or off",
    default: "on",
    parse: parseSwitch,
  } satisfies Setting<boolean>,
  notice: {
    key: "notice",
    doc: `A message for users, which Lading sends as a \`Warning\` header with every reply. At most ${configLimits.noticeCharacters} printable ASCII characters. crane and regctl print it. docker, podman, skopeo and helm do not.`,
    form: "text",
    accepts: `1 to ${configLimits.noticeCharacters} printable ASCII characters`,
    default: null,
    example: "'This registry moves on Friday.'",
    parse: parseNotice,
  } satisfies Setting<string>,
} as const;

type ValueOf<S> = S extends Setting<infer T> ? (S extends { readonly default: null } ? T | undefined : T) : never;

/** The values of all settings. */
export type Settings = { readonly [K in keyof typeof settings]: ValueOf<(typeof settings)[K]> };

/** Returns the default value of a setting. */
export function defaultOf<T>({ default: text, parse }: Setting<T>): T | undefined {
  return text === null ? undefined : parse(text);
}

/** Returns the environment variable of a setting. */
export function environmentName(key: string): string {
  return `LADING_${key.toUpperCase().replaceAll("-", "_")}`;
}
