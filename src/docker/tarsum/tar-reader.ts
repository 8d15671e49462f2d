import { dockerLimits } from "../limits.ts";
import { parsePax, withPax, xattrsOf, type PaxRecords } from "./pax.ts";
import { blockBytes, parseTarHeader, TarError, type TarHeader } from "./tar-header.ts";

/** An entry of an archive. */
export interface TarEntry extends TarHeader {
  readonly xattrs: readonly (readonly [key: string, value: string])[];
}

/** Receives the entries of an archive in their order. */
export interface TarSink {
  entry(entry: TarEntry): void;
  /** Receives a piece of the body of the last entry. */
  body(bytes: Uint8Array): void;
}

type Extension = "pax" | "name" | "link";

const none: PaxRecords = new Map();

/** Types without a body, whatever their size says: links, devices, directories, pipes. */
const bodiless = new Set(["1", "2", "3", "4", "5", "6"]);

/**
 * Reads a tar archive that is pushed through it. It buffers at most one block and one extended header. Data after the
 * end of the archive is ignored.
 */
export class TarReader {
  readonly #sink: TarSink;
  /** A header block that arrives in several pieces, and the number of its bytes so far. */
  readonly #block = Buffer.alloc(blockBytes);
  #blockFilled = 0;
  /** Remaining bytes of the current body and of its padding. */
  #bodyLeft = 0;
  #paddingLeft = 0;
  #extension: { readonly kind: Extension; readonly chunks: Uint8Array[] } | undefined;
  #pax = none;
  #longName: string | undefined;
  #longLink: string | undefined;
  #entries = 0;
  #zeroBlocks = 0;

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  /** Reads the next bytes. Throws TarError if they are not an archive, or exceed the limits. */
  update(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < buffer.length && this.#zeroBlocks < 2;) at += this.#take(buffer, at);
  }

  /** Ends the archive. Throws TarError if it is incomplete. */
  end(): void {
    if (this.#zeroBlocks >= 2) return;
    const cut = this.#bodyLeft > 0 || this.#paddingLeft > 0 || this.#blockFilled > 0;
    if (cut || this.#hasExtension()) throw new TarError("the archive is truncated");
  }

  /**
   * Reads some of the bytes at a position, and returns their number. A view of each piece would create millions of
   * objects.
   */
  #take(bytes: Buffer, at: number): number {
    if (this.#bodyLeft > 0) return this.#takeBody(bytes.subarray(at, at + this.#bodyLeft));
    if (this.#paddingLeft > 0) {
      const skipped = Math.min(this.#paddingLeft, bytes.length - at);
      this.#paddingLeft -= skipped;
      return skipped;
    }
    const copied = bytes.copy(this.#block, this.#blockFilled, at);
    this.#blockFilled = (this.#blockFilled + copied) % blockBytes;
    if (this.#blockFilled === 0) this.#header(this.#block);
    return copied;
  }

  #takeBody(bytes: Uint8Array): number {
    this.#bodyLeft -= bytes.length;
    if (!this.#extension) {
      this.#sink.body(bytes);
      return bytes.length;
    }
    // The bytes belong to the caller, and may change before the next call.
    this.#extension.chunks.push(Uint8Array.from(bytes));
    if (this.#bodyLeft === 0) this.#extended(this.#extension.kind, Buffer.concat(this.#extension.chunks));
    return bytes.length;
  }

  #header(block: Buffer): void {
    const header = parseTarHeader(block);
    if (!header) {
      this.#zeroBlocks += 1;
      return;
    }
    if (this.#zeroBlocks > 0) throw new TarError("data follows a block of zeros");
    const extension = extensionOf(header.type);
    if (extension) this.#beginExtension(extension, header.size);
    else this.#entry(header);
  }

  #beginExtension(kind: Extension, size: number): void {
    if (size > dockerLimits.tarExtensionBytes) throw new TarError("an extended header is too large");
    this.#body(size);
    this.#extension = { kind, chunks: [] };
    if (size === 0) this.#extended(kind, Buffer.alloc(0));
  }

  #extended(kind: Extension, body: Buffer): void {
    this.#extension = undefined;
    if (kind === "pax") this.#pax = parsePax(body);
    else if (kind === "name") this.#longName = cString(body);
    else this.#longLink = cString(body);
  }

  #entry(header: TarHeader): void {
    if (header.type === "S") throw new TarError("sparse files are not supported");
    this.#entries += 1;
    if (this.#entries > dockerLimits.tarEntries)
      throw new TarError(`the archive has more than ${dockerLimits.tarEntries} entries`);
    const entry = {
      ...withPax(header, this.#pax),
      xattrs: xattrsOf(this.#pax),
      ...(this.#longName !== undefined && { name: this.#longName }),
      ...(this.#longLink !== undefined && { linkname: this.#longLink }),
    };
    this.#pax = none;
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#sink.entry(entry);
    this.#body(bodiless.has(entry.type) ? 0 : entry.size);
  }

  #body(size: number): void {
    this.#bodyLeft = size;
    this.#paddingLeft = (blockBytes - (size % blockBytes)) % blockBytes;
  }

  #hasExtension(): boolean {
    return this.#pax !== none || this.#longName !== undefined || this.#longLink !== undefined;
  }
}

/** The kind of a header that describes the next entry. In 2014 a global one (`g`) was an entry like any other. */
function extensionOf(type: string): Extension | undefined {
  return type === "x" ? "pax" : type === "L" ? "name" : type === "K" ? "link" : undefined;
}

function cString(body: Buffer): string {
  const end = body.indexOf(0);
  return body.toString("latin1", 0, end < 0 ? body.length : end);
}
