/**
 * A fault of a tar archive. This module parses the header block like the archive reader of 2014 did, because the tarsum
 * depends on its result. Texts are in Latin-1, one character a byte, because a tarsum covers bytes.
 */
export class TarError extends Error {}

/** The header of an entry. */
export interface TarHeader {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Size in bytes according to the header. Not every type has a body of that size. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** One character, unchanged from the archive. */
  readonly type: string;
  readonly linkname: string;
  readonly uname: string;
  readonly gname: string;
  readonly devmajor: number;
  readonly devminor: number;
}

/** Bytes of a block of a tar archive. */
export const blockBytes = 512;
const zeros = Buffer.alloc(blockBytes);

/** Parses a header block; undefined for a block of zeros. Throws TarError if the block is not a header. */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  if (block.equals(zeros)) return undefined;
  verifyChecksum(block);
  const type = block.toString("latin1", 156, 157);
  const format = formatOf(block);
  const isDevice = type === "3" || type === "4";
  const hasFormat = format !== undefined;
  const prefix = hasFormat ? text(block, 345, format === "star" ? 131 : 155) : "";
  const name = text(block, 0, 100);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    mode: number(block, 100, 8),
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: size(block),
    mtime: number(block, 136, 12),
    type,
    linkname: text(block, 157, 100),
    uname: hasFormat ? text(block, 265, 32) : "",
    gname: hasFormat ? text(block, 297, 32) : "",
    devmajor: hasFormat && isDevice ? number(block, 329, 8) : 0,
    devminor: hasFormat && isDevice ? number(block, 337, 8) : 0,
  };
}

/** The format of a header. The oldest archives have no magic number, and no fields after the name of the link. */
function formatOf(block: Buffer): "posix" | "gnu" | "star" | undefined {
  const magic = block.toString("latin1", 257, 265);
  if (magic === "ustar\u000000") return block.toString("latin1", 508, 512) === "tar\u0000" ? "star" : "posix";
  return magic === "ustar  \u0000" ? "gnu" : undefined;
}

function text(block: Buffer, start: number, length: number): string {
  let end = start;
  while (end < start + length && block[end] !== 0) end += 1;
  return block.toString("latin1", start, end);
}

function size(block: Buffer): number {
  const bytes = number(block, 124, 12);
  if (bytes < 0) throw new TarError("a size is negative");
  return bytes;
}

/**
 * Parses a number: octal digits among spaces and zeros or, if the first bit is set, a binary number with the highest
 * byte first.
 */
function number(block: Buffer, start: number, length: number): number {
  if (block[start]! & 0x80) return binaryNumber(block.subarray(start, start + length));
  let [from, to] = [start, start + length];
  while (from < to && isPadding(block[from]!)) from += 1;
  while (to > from && isPadding(block[to - 1]!)) to -= 1;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = block[at]! - 0x30;
    if (digit < 0 || digit > 7) throw new TarError("a number is not octal");
    value = value * 8 + digit;
  }
  return value;
}

function isPadding(byte: number): boolean {
  return byte === 0x20 || byte === 0;
}

function binaryNumber(field: Buffer): number {
  const bits = BigInt(field.length * 8 - 1);
  const raw = BigInt(`0x${field.toString("hex")}`) & ((1n << bits) - 1n);
  const value = Number(raw >> (bits - 1n) ? raw - (1n << bits) : raw);
  if (!Number.isSafeInteger(value)) throw new TarError("a number is too large");
  return value;
}

/** Checks the checksum. Old writers summed bytes as signed numbers. */
function verifyChecksum(block: Buffer): void {
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < blockBytes; index += 1) {
    const counted = index >= 148 && index < 156 ? 0x20 : block[index]!;
    unsigned += counted;
    signed += counted > 127 ? counted - 256 : counted;
  }
  const stored = number(block, 148, 8);
  if (stored !== unsigned && stored !== signed) throw new TarError("a header's checksum is wrong");
}
