import type { Branded } from "../base/brand.ts";
import { parseIpAddress } from "../base/ip-address.ts";
import { ociLimits } from "./limits.ts";

/**
 * A host with an optional port, as it appears before the first slash of an image name: `docker.io`, `[::1]:5000`.
 * Unlike a DNS host it may contain `_`, because names of containers and Compose services do, and HTTP clients reach
 * them by these names.
 */
export type Host = Branded<"Host">;

/** The grammar of hosts as a regular expression. */
export const hostPattern = "^(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?$";
const grammar = new RegExp(hostPattern);

/** Parses a host; undefined if the text is malformed. */
export function parseHost(text: string): Host | undefined {
  return text.length <= ociLimits.hostCharacters && grammar.test(text) ? (text as Host) : undefined;
}

/**
 * The name or address in `host[:port]` in its canonical form: lower case, without the port, a final dot, and the
 * brackets of an IPv6 address.
 */
export function hostnameOf(host: string): string {
  const name = host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
  return parseIpAddress(name) ?? name.replace(/\.$/, "").toLowerCase();
}
