/**
 * Keeps the web pages of other sites away from the registry. A browser sends requests for any page that its user has open, also
 * to addresses that only the user can reach, such as loopback; other clients are let through as they are
 * (docs/decisions/0020-browsers.md).
 */
import { isIP } from "node:net";
import type { Row } from "../api/describe.ts";
import { parseIpAddress } from "../base/ip-address.ts";
import { RegistryError } from "../oci/errors.ts";
import { hostnameOf, parseHost } from "../oci/host.ts";
import type { Cors } from "./cors.ts";

export interface GuardOptions {
  /** The host that the registry listens on, from the setting `listen`. */
  readonly hostname: string;
  /** The registry itself speaks TLS, so all its pages have an origin with `https`. */
  readonly tls: boolean;
  /** The setting `public-address`. */
  readonly publicAddress?: string | undefined;
  /** The setting `allowed-hosts`: in lower case, with a port or without; `*` is every host. */
  readonly allowedHosts: readonly string[];
  /** Absent where pages of other origins may do nothing. */
  readonly cors?: Cors | undefined;
}

/** A request of a browser, as the guard looks at it. */
export interface Asked {
  readonly headers: Headers;
  readonly method: string;
  /** Undefined where no row answers. */
  readonly row: Row | undefined;
  /** The host that the client has asked for, with its port (`askedHost`). */
  readonly host: string | undefined;
}

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

  /** For a browser's request: throws where it asks for a name that is not the registry's, or for a page of another site. */
  admit(asked: Asked): void {
    const origin = asked.headers.get("origin");
    const cors = origin === null ? undefined : this.#options.cors;
    // No other page has this origin, so it does not matter by which name the page reaches the registry.
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
    // A name can be made to lead anywhere, an address cannot: its pages come from there.
    return isWildcard(this.#options.hostname) && isIP(hostname) !== 0;
  }

  /** Browsers say whether a page is of the same origin, but not to plain HTTP by a name: there, `Origin` has to be enough. */
  #isOwnPage(headers: Headers, host: string): boolean {
    const site = headers.get("sec-fetch-site");
    const origin = headers.get("origin");
    if (site === "same-origin") return origin !== "null";
    if (site === null || site === "none") return origin === null || this.#isOwnOrigin(origin, host);
    return site === "same-site" && origin !== null && this.#isOwnOrigin(origin, host);
  }

  /** A proxy may have taken TLS off; one that changes the host needs `public-address` or `trusted-proxies`. */
  #isOwnOrigin(origin: string, host: string): boolean {
    if (origin === this.#publicOrigin || origin === `https://${host}`) return true;
    return !this.#options.tls && origin === `http://${host}`;
  }
}

/**
 * Whether a browser sent the request. Every browser sends Accept-Language, which no page can leave out, and has a name that begins with Mozilla. That is all that it
 * sends with the GET of a page to its own origin where that is plain HTTP by a name, as after DNS rebinding.
 */
export function isFromBrowser(headers: Headers, userAgent: string | undefined): boolean {
  // Looked at in each request: `get` takes half of the time that `has` takes.
  if (headers.get("sec-fetch-site") !== null || headers.get("origin") !== null) return true;
  // Node's fetch sends Accept-Language as well, and Sec-Fetch-Mode, which browsers only send with Sec-Fetch-Site.
  if (headers.get("accept-language") !== null && headers.get("sec-fetch-mode") === null) return true;
  // PowerShell calls itself Mozilla as well, but sends no Accept.
  return userAgent?.startsWith("Mozilla/") === true && headers.get("accept") !== null;
}

/** The operator finds the name in the log as well. */
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

/** A link of another site was followed: that site cannot read the reply, and cannot show it inside one of its pages. */
function isOpened({ headers, method, row }: Asked): boolean {
  const isRead = method === "GET" || method === "HEAD";
  const isDocument = (headers.get("sec-fetch-dest") ?? "document") === "document";
  return row?.linkable === true && isRead && isDocument && headers.get("sec-fetch-mode") === "navigate";
}

function isLoopback(hostname: string): boolean {
  if (hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "::1") return true;
  return isIP(hostname) === 4 && hostname.startsWith("127.");
}

/** The address that stands for every address of the machine. */
function isWildcard(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::";
}

function usualHostname(hostname: string): string {
  return parseIpAddress(hostname) ?? hostname.toLowerCase();
}

/** The host that a client has asked for, with its port where that is not the usual one; `forwarded` by a trusted proxy. */
export function askedHost(headers: Headers, forwarded: boolean): string | undefined {
  const said = forwarded ? headers.get("x-forwarded-host")?.split(",").at(-1)?.trim() : undefined;
  // A name may end with a dot, which no image name holds.
  return parseHost((said ?? headers.get("host") ?? "").replace(/\.(?=:\d*$|$)/, ""));
}
