/**
 * Keeps the web pages of other sites away from the registry. A browser sends requests for any page that its user has
 * open, also to addresses that only the user can reach, such as loopback. Requests of other clients are not checked
 * (docs/decisions/0020-browsers.md).
 */
import { isIP } from "node:net";
import type { Row } from "../api/describe.ts";
import { parseIpAddress } from "../base/ip-address.ts";
import { RegistryError } from "../oci/errors.ts";
import { hostnameOf, parseHost } from "../oci/host.ts";
import type { Cors } from "./cors.ts";

/** The settings of the browser guard. */
export interface GuardOptions {
  /** The host that the registry listens on, from the setting `listen`. */
  readonly hostname: string;
  /** Whether the registry itself uses TLS. Then all its pages have an origin with `https`. */
  readonly tls: boolean;
  /** The setting `public-address`. */
  readonly publicAddress?: string | undefined;
  /** The setting `allowed-hosts`, in lower case, with or without a port. `*` allows every host. */
  readonly allowedHosts: readonly string[];
  /** Absent if pages of other origins have no access. */
  readonly cors?: Cors | undefined;
}

/** The parts of a browser's request that the guard checks. */
export interface Asked {
  readonly headers: Headers;
  readonly method: string;
  /** The matched row; undefined if no row matches. */
  readonly row: Row | undefined;
  /** The requested host with its port (`askedHost`). */
  readonly host: string | undefined;
}

/** `BrowserGuard` decides whether a browser's request is allowed. */
export class BrowserGuard {
  readonly #options: GuardOptions;
  readonly #publicOrigin: string | undefined;
  readonly #hostnames: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;

  constructor(options: GuardOptions) {
    const { publicAddress, hostname, allowedHosts } = options;
    const publicUrl = publicAddress === undefined ? undefined : new URL(publicAddress);
    this.#options = options;
    this.#publicOrigin = publicUrl?.origin;
    this.#hostnames = new Set([usualHostname(hostname), ...(publicUrl ? [hostnameOf(publicUrl.host)] : [])]);
    this.#hosts = new Set(allowedHosts);
  }

  /**
   * Checks a browser's request. Throws if the requested host is not a name of the registry, or if the request is for
   * a page of another site.
   */
  admit(asked: Asked): void {
    const origin = asked.headers.get("origin");
    const cors = origin === null ? undefined : this.#options.cors;
    // No other page has this origin, so the host that the page used does not matter.
    if (cors?.names(origin!)) return;
    const host = asked.host?.toLowerCase();
    if (host === undefined || !this.#isOwnHost(host)) throw hostDenied(host);
    if (this.#isOwnPage(asked.headers, host) || isOpened(asked) || cors?.allows(origin!)) return;
    throw originDenied(origin);
  }

  #isOwnHost(host: string): boolean {
    if (this.#hosts.has("*") || this.#hosts.has(host)) return true;
    const hostname = hostnameOf(host);
    if (this.#hosts.has(hostname) || this.#hostnames.has(hostname) || isLoopback(hostname)) return true;
    // Anyone can make a name resolve to any address. A request for an address itself proves that the page comes from
    // there.
    return isWildcard(this.#options.hostname) && isIP(hostname) !== 0;
  }

  /**
   * Whether the page is of the registry's origin. Browsers tell whether the origin is the same, but not to a host
   * name over plain HTTP. Then the check uses `Origin` alone.
   */
  #isOwnPage(headers: Headers, host: string): boolean {
    const site = headers.get("sec-fetch-site");
    const origin = headers.get("origin");
    if (site === "same-origin") return origin !== "null";
    if (site === null || site === "none") return origin === null || this.#isOwnOrigin(origin, host);
    return site === "same-site" && origin !== null && this.#isOwnOrigin(origin, host);
  }

  /** A proxy may terminate TLS. A proxy that changes the host needs `public-address` or `trusted-proxies`. */
  #isOwnOrigin(origin: string, host: string): boolean {
    if (origin === this.#publicOrigin || origin === `https://${host}`) return true;
    return !this.#options.tls && origin === `http://${host}`;
  }
}

/**
 * Whether a browser sent the request. Every browser sends Accept-Language, which no page can remove, and a user agent
 * that begins with Mozilla. A GET from a page to its own origin has no other mark, if it uses a host name over plain
 * HTTP, as after DNS rebinding.
 */
export function isFromBrowser(headers: Headers, userAgent: string | undefined): boolean {
  // This check runs for each request: `get` takes half the time of `has`.
  if (headers.get("sec-fetch-site") !== null || headers.get("origin") !== null) return true;
  // Node's fetch also sends Accept-Language, and Sec-Fetch-Mode, which browsers send only together with
  // Sec-Fetch-Site.
  if (headers.get("accept-language") !== null && headers.get("sec-fetch-mode") === null) return true;
  // PowerShell also calls itself Mozilla, but sends no Accept.
  return userAgent?.startsWith("Mozilla/") === true && headers.get("accept") !== null;
}

/** The error for a host that is not a name of the registry. The host is also in the log. */
function hostDenied(host: string | undefined): RegistryError {
  if (host === undefined) return new RegistryError("HOST_DENIED");
  const message = `a browser asked for ${host}, which is not known to be a name of this registry (setting allowed-hosts)`;
  return new RegistryError("HOST_DENIED", { message, detail: { host } });
}

function originDenied(origin: string | null): RegistryError {
  if (origin === null) return new RegistryError("ORIGIN_DENIED");
  const shown = origin.slice(0, 256);
  const message = `a browser sent this for a page of ${JSON.stringify(shown)}, which may not use this registry (setting cors-origins)`;
  return new RegistryError("ORIGIN_DENIED", { message, detail: { origin: shown } });
}

/**
 * Whether the user followed a link of another site. That site can neither read the response nor show it inside its
 * pages.
 */
function isOpened({ headers, method, row }: Asked): boolean {
  const isRead = method === "GET" || method === "HEAD";
  const isDocument = (headers.get("sec-fetch-dest") ?? "document") === "document";
  return row?.linkable === true && isRead && isDocument && headers.get("sec-fetch-mode") === "navigate";
}

function isLoopback(hostname: string): boolean {
  if (hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "::1") return true;
  return isIP(hostname) === 4 && hostname.startsWith("127.");
}

/** Whether the address means all addresses of the machine. */
function isWildcard(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::";
}

function usualHostname(hostname: string): string {
  return parseIpAddress(hostname) ?? hostname.toLowerCase();
}

/**
 * The host that a client requested, with its port unless that is the default; `forwarded` says whether a trusted
 * proxy sent the request.
 */
export function askedHost(headers: Headers, forwarded: boolean): string | undefined {
  const said = forwarded ? headers.get("x-forwarded-host")?.split(",").at(-1)?.trim() : undefined;
  // A host name may end with a dot, which the host in an image name never has.
  return parseHost((said ?? headers.get("host") ?? "").replace(/\.(?=:\d*$|$)/, ""));
}
