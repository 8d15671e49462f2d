/** The address of a request's client, for the log and for limits by address. */
import type { Server } from "bun";
import { BlockList, isIPv4 } from "node:net";
import { parseIpAddress, type IpRange } from "../base/ip-address.ts";
import { httpLimits } from "./limits.ts";

/** Means a client on a Unix socket, which has no address. nginx writes it into `X-Forwarded-For` as `unix:`. */
const unixSocket = "unix";

/**
 * `TrustedProxies` has the proxies that the setting `trusted-proxies` names. Lading believes their forwarding
 * headers.
 */
export class TrustedProxies {
  readonly #ranges = new BlockList();
  readonly #unix: boolean;

  constructor(proxies: readonly (IpRange | "unix")[]) {
    this.#unix = proxies.includes(unixSocket);
    for (const range of proxies) {
      if (range !== unixSocket) this.#ranges.addSubnet(range.address, range.bits, familyOf(range.address));
    }
  }

  /** Whether `address` is a trusted proxy. It is in canonical form (`parseIpAddress`), or `unix`. */
  includes(address: string): boolean {
    return address === unixSocket ? this.#unix : this.#ranges.check(address, familyOf(address));
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}

/**
 * Returns the address of a request's client: a canonical IP address, or `unix` for a Unix socket. That is the peer of
 * the connection, unless the peer is a trusted proxy. Then it is the nearest address in `X-Forwarded-For`, or else in
 * `Forwarded`, that is not a trusted proxy. Returns undefined if the connection is closed. Never throws.
 */
export function clientAddress(
  request: Request,
  server: Server<unknown>,
  trusted: TrustedProxies | undefined,
): string | undefined {
  const peer = peerAddress(request, server);
  if (trusted === undefined || peer === undefined || !trusted.includes(peer)) return peer;
  return nearestUntrusted(forwardedFor(request.headers), peer, trusted);
}

/** Whether the peer of the connection is a trusted proxy. */
export function isFromTrustedProxy(
  request: Request,
  server: Server<unknown>,
  trusted: TrustedProxies | undefined,
): boolean {
  const peer = trusted && peerAddress(request, server);
  return peer !== undefined && trusted!.includes(peer);
}

/**
 * The address of the peer. A listener for all addresses of both families reports IPv4 addresses as IPv6 addresses.
 * The peer of a Unix socket has no port.
 */
function peerAddress(request: Request, server: Server<unknown>): string | undefined {
  const address = server.requestIP(request)?.address;
  if (address === undefined && server.port === undefined) return unixSocket;
  return address?.startsWith("::ffff:") ? (parseIpAddress(address) ?? address) : address;
}

/**
 * The nearest address that is not a trusted proxy. An entry that is not an address ends the search: the result is the
 * proxy that wrote that entry.
 */
function nearestUntrusted(hops: readonly string[], peer: string, trusted: TrustedProxies): string {
  let nearest = peer;
  for (const hop of hops) {
    const address = addressOfHop(hop);
    if (address === undefined) return nearest;
    nearest = address;
    if (!trusted.includes(address)) return address;
  }
  return nearest;
}

/** The client addresses that proxies report, the nearest first. */
function forwardedFor(headers: Headers): readonly string[] {
  const list = headers.get("x-forwarded-for");
  if (list !== null) return nearestFirst(list.slice(-httpLimits.forwardedCharacters).split(","));
  const elements = headers.get("forwarded")?.slice(-httpLimits.forwardedCharacters).match(forwardedElement) ?? [];
  return nearestFirst(elements.map((element) => forParameter.exec(element)?.[1] ?? ""));
}

function nearestFirst(hops: readonly string[]): readonly string[] {
  return hops.slice(-httpLimits.forwardedHops).toReversed();
}

/** RFC 7239 section 4: elements are separated by commas, but a quoted text may contain commas. */
const forwardedElement = /(?:[^",]|"[^"]*")+/g;
const forParameter = /(?:^|;)\s*for\s*=\s*("[^"]*"|[^\s;]*)/i;

const hopForms = /^(?:\[([0-9a-f:.]+)\](?::\d{1,5})?|([0-9.]+)(?::\d{1,5})?|([0-9a-f:.]+))$/i;

/**
 * Parses `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`, each with or without quotes, or `unix:`.
 */
function addressOfHop(hop: string): string | undefined {
  const text = hop.trim().replace(/^"(.*)"$/, "$1");
  if (text === "unix:") return unixSocket;
  const [, bracketed, ipv4, bare] = hopForms.exec(text) ?? [];
  return parseIpAddress(bracketed ?? ipv4 ?? bare ?? "");
}
