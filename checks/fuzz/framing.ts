/** The framing of a body: as RFC 9112 defines it, or so that two readers might disagree on where it ends. */
import type { Random } from "../crash/random.ts";
import type { Draft, Framing } from "./message.ts";
import { lengthOf } from "./message.ts";

export function frame(random: Random, draft: Draft, body: Uint8Array): void {
  draft.framing = framingOf(random, body);
}

function framingOf(random: Random, body: Uint8Array): Framing {
  if (random.chance(0.7)) return lengthOf(body);
  if (random.chance(0.75)) return chunked(random, body, clean);
  if (random.chance(0.4)) return chunked(random, body, random.pick(hostileChunks)!);
  return hostileLength(random, body);
}

interface ChunkStyle {
  readonly size: (length: number, random: Random) => string;
  readonly after: string;
  readonly last: string;
}

const clean: ChunkStyle = {
  size: (length, random) => {
    const hexadecimal = length.toString(16);
    const digits = random.chance(0.2) ? `000${hexadecimal.toUpperCase()}` : hexadecimal;
    return random.chance(0.2) ? `${digits};name=value` : digits;
  },
  after: "\r\n",
  last: "0\r\n\r\n",
};

const hostileChunks: readonly ChunkStyle[] = [
  { ...clean, size: (length) => `0x${length.toString(16)}` },
  { ...clean, size: (length) => `+${length.toString(16)}` },
  { ...clean, size: (length) => `-${length.toString(16)}` },
  { ...clean, size: (length) => ` ${length.toString(16)} ` },
  { ...clean, size: (length) => `1${"0".repeat(16)}${length.toString(16)}` },
  { ...clean, size: (length) => `${length.toString(16)};${"e".repeat(20_000)}` },
  { ...clean, size: (length) => `${length.toString(16)};a="\r\n"` },
  { ...clean, size: (length) => (length + 3).toString(16) },
  { ...clean, size: (length) => Math.max(1, length - 3).toString(16) },
  { ...clean, size: () => "" },
  { ...clean, size: () => "g" },
  { ...clean, after: "\n" },
  { ...clean, after: "" },
  { ...clean, last: "0\r\nX-Trailer: yes\r\n\r\n" },
  { ...clean, last: "0\n\n" },
  { ...clean, last: "" },
];

function chunked(random: Random, body: Uint8Array, style: ChunkStyle): Framing {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.length;) {
    const piece = body.subarray(at, at + random.between(1, Math.max(1, body.length - at)));
    pieces.push(Buffer.from(`${style.size(piece.length, random)}\r\n`), piece, Buffer.from(style.after));
    at += piece.length;
  }
  return {
    headers: [["Transfer-Encoding", random.chance(0.1) ? "Chunked" : "chunked"]],
    bytes: Buffer.concat([...pieces, Buffer.from(style.last)]),
    leeway: style === clean ? "registry" : "parser",
  };
}

function hostileLength(random: Random, body: Uint8Array): Framing {
  const length = String(body.length);
  const headers = random.pick<Framing["headers"]>([
    [
      ["Content-Length", length],
      ["Transfer-Encoding", "chunked"],
    ],
    [
      ["Transfer-Encoding", "chunked"],
      ["Content-Length", length],
    ],
    [
      ["Content-Length", length],
      ["Content-Length", length],
    ],
    [
      ["Content-Length", length],
      ["Content-Length", String(body.length + 1)],
    ],
    [["Content-Length", `${length}, ${length}`]],
    [["Content-Length", `-${length}`]],
    [["Content-Length", `+${length}`]],
    [["Content-Length", `0x${body.length.toString(16)}`]],
    [["Content-Length", `${length}.0`]],
    [["Content-Length", `1e${length}`]],
    [["Content-Length", "18446744073709551616"]],
    [["Content-Length", "9223372036854775807"]],
    [["Content-Length", "1099511627777"]],
    [["Content-Length", String(body.length + random.between(1, 9))]],
    [["Content-Length", String(Math.max(0, body.length - random.between(1, 9)))]],
    [["Content-Length", `00${length}`]],
    [["Content-Length", ""]],
    [
      ["Content-Length", length],
      ["Transfer-Encoding", "identity"],
    ],
    [
      ["Content-Length", length],
      ["Transfer-Encoding", "xchunked"],
    ],
    [["Transfer-Encoding", "gzip, chunked"]],
    [],
  ])!;
  return { headers, bytes: body, leeway: "parser" };
}
