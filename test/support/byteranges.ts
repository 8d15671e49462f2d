/**
 * Parses a `multipart/byteranges` body (RFC 9110 section 14.6, RFC 2046 section 5.1.1), and throws if it is not
 * exact.
 */
import { mediaTypes } from "../../src/oci/media-type.ts";

/** One part of the body: its range and its bytes. */
export interface Part {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** The size of the whole content in bytes. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

const endOfHead = Buffer.from("\r\n\r\n");

/** The parts of a `multipart/byteranges` body, in order. */
export function partsOf(contentType: string | null, body: Uint8Array): Part[] {
  const boundary = /^multipart\/byteranges; boundary=([0-9A-Za-z]{16,70})$/.exec(contentType ?? "")?.[1];
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  const bytes = Buffer.from(body);
  const parts: Part[] = [];
  let at = 0;
  let delimiter = `--${boundary}`;
  while (!startsWith(bytes, at, `${delimiter}--`)) {
    at = expectText(bytes, at, `${delimiter}\r\n`);
    const part = partAt(bytes, at);
    parts.push(part);
    at = part.until;
    delimiter = `\r\n--${boundary}`;
  }
  at = expectText(bytes, at, `${delimiter}--\r\n`);
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes behind the last delimiter`);
  return parts;
}

function partAt(bytes: Buffer, at: number): Part & { readonly until: number } {
  const end = bytes.indexOf(endOfHead, at);
  const head = bytes.subarray(at, end).toString("latin1");
  const [, first, last, size] =
    new RegExp(`^Content-Type: ${mediaTypes.octets}\r\nContent-Range: bytes (\\d+)-(\\d+)/(\\d+)$`).exec(head) ?? [];
  if (size === undefined) throw new Error(`a part with the head ${JSON.stringify(head)}`);
  const from = end + endOfHead.length;
  const until = from + Number(last) + 1 - Number(first);
  return {
    start: Number(first),
    end: Number(last) + 1,
    size: Number(size),
    bytes: bytes.subarray(from, until),
    until,
  };
}

function startsWith(bytes: Buffer, at: number, text: string): boolean {
  return bytes.subarray(at, at + text.length).toString("latin1") === text;
}

function expectText(bytes: Buffer, at: number, text: string): number {
  if (!startsWith(bytes, at, text)) throw new Error(`not ${JSON.stringify(text)} at ${at}`);
  return at + text.length;
}
