/** IP addresses and ranges of them, as settings and headers write them. */
import { isIP, isIPv4 } from "node:net";

/** A range of addresses. A single address is a range with all of its bits. */
export interface IpRange {
  /** The address in its canonical form, as `parseIpAddress` returns it. */
  readonly address: string;
  /** Number of leading bits that all addresses of the range share: at most 32 for IPv4, at most 128 for IPv6. */
  readonly bits: number;
}

/**
 * Parses an IPv4 or IPv6 address, the latter without brackets and without a zone. Returns its canonical form, so that
 * equal addresses are equal texts: lower case, shortened zeros, and IPv4 for an IPv4 address within IPv6. Returns
 * undefined for any other text.
 */
export function parseIpAddress(text: string): string | undefined {
  const family = isIP(text);
  if (family === 0 || text.includes("%")) return undefined;
  if (family === 4) return text;
  const usual = new URL(`http://[${text}]`).hostname.slice(1, -1);
  return mappedIpv4(usual) ?? usual;
}

const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** The IPv4 address within `::ffff:102:304`; undefined for any other address. */
function mappedIpv4(usual: string): string | undefined {
  const [, high, low] = mapped.exec(usual) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return [high, low].flatMap((pair) => [Number.parseInt(pair, 16) >> 8, Number.parseInt(pair, 16) & 255]).join(".");
}

/** Parses `10.0.0.0/8`, `fd00::/8` or a single address; undefined for any other text. */
export function parseIpRange(text: string): IpRange | undefined {
  const [, address = "", bits] = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const usual = parseIpAddress(address);
  if (usual === undefined) return undefined;
  const most = bitsOf(usual);
  // An IPv4 address within an IPv6 address is preceded by 96 bits.
  const before = bitsOf(address) - most;
  const shared = bits === undefined ? most : Number(bits) - before;
  return shared >= 0 && shared <= most ? { address: usual, bits: shared } : undefined;
}

function bitsOf(address: string): number {
  return isIPv4(address) ? 32 : 128;
}
