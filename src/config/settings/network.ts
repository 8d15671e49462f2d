import { parseIpRange, type IpRange } from "../../base/ip-address.ts";
import { parseHost } from "../../oci/host.ts";
import type { Setting, SettingGroup } from "./setting.ts";

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

/** Parses scheme, host and port. The setting `path-prefix` has the path. */
function parsePublicAddress(text: string): string | undefined {
  const [, scheme, host] = /^(https?):\/\/([^/]*)\/?$/.exec(text) ?? [];
  return host !== undefined && parseHost(host) && URL.canParse(text) ? `${scheme}://${host}` : undefined;
}

/** Parses the path prefix. `/v2` is invalid, because a path below it could also name a repository. */
function parsePathPrefix(text: string): string | undefined {
  const components = text.split("/").slice(1);
  const valid = components.every((component) => /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/.test(component));
  return text.startsWith("/") && valid && components[0] !== "v2" ? text : undefined;
}

/** Addresses and ranges of proxies. `unix` is a proxy that connects through a Unix socket. */
export type Proxies = readonly (IpRange | "unix")[];

function parseProxies(text: string): Proxies | undefined {
  const proxies = text.split(",").map((one) => (one.trim() === "unix" ? "unix" : parseIpRange(one.trim())));
  return proxies.every((one) => one !== undefined) ? proxies : undefined;
}

/** The settings of addresses and proxies. */
export const network = {
  name: "network",
  title: "Network",
  doc: "Addresses of the registry, and the proxies in front of it.",
  settings: {
    listen: {
      key: "listen",
      doc: "Address and port to listen on. Port 0 takes a free port. `localhost:5000` is 127.0.0.1 only, and `[::1]:5000` is the same for IPv6. `:5000` and `0.0.0.0:5000` listen on every IPv4 address of the machine, `[::]:5000` on every IPv4 and IPv6 address. Anyone who can reach the port can then push, pull and delete.",
      form: "host:port",
      accepts: "host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000",
      otherNames: ["port", "host", "address", "addr", "bind", "p"],
      default: "127.0.0.1:5000",
      value: { kind: "text" },
      parse: parseAddress,
    } satisfies Setting<Address>,
    publicAddress: {
      key: "public-address",
      doc: "Base URL for `Location` headers. Set it only for clients that cannot resolve relative URLs (Docker 1.5). All clients then have to reach the registry by this address. Without it, `Location` is a path, which works behind any proxy.",
      form: "http://host or https://host",
      default: null,
      example: "https://registry.example.com",
      otherNames: ["public-url", "external-url", "base-url", "url"],
      value: { kind: "text" },
      parse: parsePublicAddress,
    } satisfies Setting<string>,
    pathPrefix: {
      key: "path-prefix",
      doc: "Path before `/v2` under which a proxy serves the registry. `Location` and `Link` headers begin with it. Lading accepts requests with and without it. The prefix applies to `/metrics`, `/readyz` and `/docs` too, so publish only the part below `/v2/`. Docker, Podman and most other clients cannot use a registry below a path.",
      form: "path",
      default: null,
      example: "/registry",
      otherNames: ["prefix", "base-path", "url-prefix"],
      value: { kind: "text" },
      parse: parsePathPrefix,
    } satisfies Setting<string>,
    trustedProxies: {
      key: "trusted-proxies",
      doc: "Proxies whose `X-Forwarded-For` or `Forwarded` header names the client: IP addresses, CIDR ranges, and `unix` for a Unix socket. List your proxy here. Otherwise all its clients count as one client. The log and the limits for one client use the address in the header. Lading reads `Forwarded` only if a request has no `X-Forwarded-For`. A proxy in this list must set or remove these headers. Lading ignores them in requests from any other address.",
      form: "address[/bits][,address[/bits]...]",
      default: null,
      example: "127.0.0.1,10.0.0.0/8",
      value: { kind: "list" },
      parse: parseProxies,
    } satisfies Setting<Proxies>,
  },
} as const satisfies SettingGroup;
