// Reads a tar stream (ustar, pax and GNU long names, as tar, docker and the builders write them) without buffering
// it.

export interface TarEntry {
  readonly path: string;
  readonly type: "file" | "directory" | "symlink" | "hardlink" | "other";
  readonly mode: number;
  readonly linkTarget: string;
  readonly size: number;
}

/** Called for each entry. It returns the consumer of the entry's body. */
export type EntryVisitor = (entry: TarEntry) => { write(bytes: Uint8Array): void; end(): void } | undefined;

const BLOCK_BYTES = 512;
const MAX_EXTENDED_HEADER_BYTES = 1024 * 1024;

const TYPES: Readonly<Record<string, TarEntry["type"]>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "1": "hardlink",
  "2": "symlink",
  "5": "directory",
};

/** Reads all entries. Throws if the stream is not a tar, or ends within an entry. */
export async function readTar(stream: AsyncIterable<Uint8Array>, visit: EntryVisitor): Promise<void> {
  const source = new ByteSource(stream);
  let extended = new Map<string, string>();
  for (;;) {
    const block = await source.take(BLOCK_BYTES);
    if (block === undefined || isZero(block)) break;
    const header = parseHeader(block);
    if (header.typeFlag === "x" || header.typeFlag === "L" || header.typeFlag === "K") {
      const body = await readExtendedHeader(source, header.size);
      extended = new Map([...extended, ...extensionFields(header.typeFlag, body)]);
      continue;
    }
    const entry = withExtensions(header, extended);
    if (header.typeFlag !== "g") extended = new Map();
    const sink = header.typeFlag === "g" ? undefined : visit(entry);
    await source.pass(entry.size, (bytes) => sink?.write(bytes));
    sink?.end();
    await source.pass(paddingAfter(entry.size), () => undefined);
  }
  await source.drain();
}

interface Header extends Omit<TarEntry, "type"> {
  readonly typeFlag: string;
}

function parseHeader(block: Uint8Array): Header {
  if (checksum(block) !== octal(block, 148, 8)) throw new Error("not a tar header: its checksum is wrong");
  const typeFlag = String.fromCharCode(block[156] ?? 0);
  // GNU's own format uses the place of the prefix for other things.
  const isUstar = text(block, 257, 8) === "ustar";
  const prefix = isUstar ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    typeFlag,
    mode: octal(block, 100, 8),
    size: octal(block, 124, 12),
    linkTarget: text(block, 157, 100),
  };
}

function withExtensions(header: Header, extended: ReadonlyMap<string, string>): TarEntry {
  const type = TYPES[header.typeFlag] ?? "other";
  const size = extended.has("size") ? Number(extended.get("size")) : header.size;
  return {
    path: extended.get("path") ?? header.path,
    type,
    mode: header.mode,
    linkTarget: extended.get("linkpath") ?? header.linkTarget,
    size: type === "file" ? size : 0,
  };
}

async function readExtendedHeader(source: ByteSource, size: number): Promise<Uint8Array> {
  if (size > MAX_EXTENDED_HEADER_BYTES) throw new Error(`a tar extension of ${size} bytes`);
  const body = await source.take(size);
  if (body === undefined) throw new Error("the tar ends within an extended header");
  await source.pass(paddingAfter(size), () => undefined);
  return body;
}

function extensionFields(typeFlag: string, body: Uint8Array): Map<string, string> {
  if (typeFlag === "L") return new Map([["path", text(body, 0, body.length)]]);
  if (typeFlag === "K") return new Map([["linkpath", text(body, 0, body.length)]]);
  const fields = new Map<string, string>();
  // Each record is "<its whole length> <key>=<value>\n", the length counted in bytes.
  let start = 0;
  while (start < body.length) {
    const space = body.indexOf(0x20, start);
    const length = Number(text(body, start, space - start));
    if (space < 0 || !Number.isSafeInteger(length) || length <= 0) throw new Error("a malformed pax record");
    const [key = "", ...value] = text(body, space + 1, start + length - space - 2).split("=");
    fields.set(key, value.join("="));
    start += length;
  }
  return fields;
}

function paddingAfter(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

function checksum(block: Uint8Array): number {
  return block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

const utf8 = new TextDecoder();

function text(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return utf8.decode(end < 0 ? field : field.subarray(0, end));
}

function octal(block: Uint8Array, start: number, length: number): number {
  return Number.parseInt(text(block, start, length).trim() || "0", 8);
}

/** The bytes of a stream on demand. Chunks are passed on unchanged unless a reader needs them in one piece. */
class ByteSource {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private current: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes, or undefined when the stream has ended before the first of them. */
  async take(count: number): Promise<Uint8Array | undefined> {
    if (count > 0 && !(await this.fill())) return undefined;
    const parts: Uint8Array[] = [];
    await this.pass(count, (bytes) => parts.push(bytes));
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  async pass(count: number, receive: (bytes: Uint8Array) => void): Promise<void> {
    let left = count;
    while (left > 0) {
      if (!(await this.fill())) throw new Error(`the tar ends ${left} bytes too early`);
      const part = this.current.subarray(0, left);
      this.current = this.current.subarray(part.length);
      left -= part.length;
      receive(part);
    }
  }

  async drain(): Promise<void> {
    do {
      this.current = new Uint8Array(0);
    } while (await this.fill());
  }

  private async fill(): Promise<boolean> {
    while (this.current.length === 0) {
      const next = await this.chunks.next();
      if (next.done === true) return false;
      this.current = next.value;
    }
    return true;
  }
}
