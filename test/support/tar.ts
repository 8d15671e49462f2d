/** Tar archives, built field by field, so that tests can make each field invalid. */

/** A file in a test archive. */
export interface TarFile {
  readonly name?: string;
  readonly body?: string | Uint8Array;
  readonly type?: string;
  readonly linkname?: string;
  /** Raw header fields by their offset. */
  readonly raw?: Readonly<Record<number, string | Uint8Array>>;
  /** Replaces the length of the body. */
  readonly size?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly mtime?: number;
  readonly wrongChecksum?: boolean;
}

const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;

/** The header of a file, with its checksum. */
export function tarHeader(file: TarFile): Buffer {
  const body = Buffer.from(file.body ?? "");
  const block = Buffer.alloc(512);
  block.write(file.name ?? "file", 0, "latin1");
  block.write(octal(file.mode ?? 0o644, 8), 100);
  block.write(octal(file.uid ?? 0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(file.size ?? body.length, 12), 124);
  block.write(octal(file.mtime ?? 0, 12), 136);
  block.write(file.type ?? "0", 156, "latin1");
  block.write(file.linkname ?? "", 157, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  for (const [offset, value] of Object.entries(file.raw ?? {}))
    Buffer.from(value as string, "latin1").copy(block, Number(offset));
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0) + (file.wrongChecksum ? 1 : 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** A file with its header and padding. */
export function tarFile(file: TarFile): Buffer {
  const body = Buffer.from(file.body ?? "");
  return Buffer.concat([tarHeader(file), body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** The two empty blocks at the end of an archive. */
export const tarEnd = Buffer.alloc(1024);

/** An archive of these files. */
export function tarOf(...files: readonly TarFile[]): Buffer {
  return Buffer.concat([...files.map(tarFile), tarEnd]);
}

/** The body of an extended header. */
export function paxBody(records: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    Object.entries(records)
      .map(([key, value]) => paxRecord(key, value))
      .join(""),
    "latin1",
  );
}

/** One record of an extended header. Its length includes its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}${rest}`.length !== length) length += 1;
  return `${length}${rest}`;
}
