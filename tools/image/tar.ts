/** A file, a folder or a symbolic link of an image. */
export interface Entry {
  /** The path from the root, without a slash in front. That of a folder ends with a slash. */
  readonly path: string;
  /** The content of a file. */
  readonly bytes?: Uint8Array;
  /** The path that a symbolic link leads to. */
  readonly target?: string;
  /** The permissions; by default, all may read, and only the owner may write. */
  readonly mode?: number;
  /** The number of the user and of the group that own the entry; by default, root. */
  readonly owner?: number;
}

const block = 512;
/** Longer paths and larger files need extensions of the format, which no file of the image needs. */
const pathBytes = 100;
const fileBytes = 8 ** 11 - 1;
const nothing = Buffer.alloc(0);
const types = { file: "0", link: "2", folder: "5" } as const;

/**
 * Writes a tar archive (ustar) of the entries and of the folders above them. The same entries give the same bytes in
 * whatever order, because all times are `time` (in seconds), and no name of a user is written.
 */
export function tarOf(entries: readonly Entry[], time: number): Uint8Array<ArrayBuffer> {
  const parts = withFolders(entries).flatMap((entry) => {
    const { bytes = nothing } = entry;
    return [headerOf(entry, time), bytes, Buffer.alloc(-bytes.length & (block - 1))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** The entries with the folders that they are in, sorted so that a folder comes before its content. */
function withFolders(entries: readonly Entry[]): Entry[] {
  const all = new Map<string, Entry>(entries.flatMap(({ path }) => foldersAbove(path)).map((path) => [path, { path }]));
  for (const entry of entries) all.set(entry.path, entry);
  return [...all.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function foldersAbove(path: string): string[] {
  const names = path.split("/").slice(0, path.endsWith("/") ? -2 : -1);
  return names.map((_, index) => `${names.slice(0, index + 1).join("/")}/`);
}

function typeOf({ path, target }: Entry): keyof typeof types {
  if (target !== undefined) return "link";
  return path.endsWith("/") ? "folder" : "file";
}

function headerOf(entry: Entry, time: number): Buffer {
  const { path, bytes = nothing, target = "", owner = 0 } = entry;
  const type = typeOf(entry);
  const { mode = type === "file" ? 0o644 : 0o755 } = entry;
  if (Buffer.byteLength(path) > pathBytes || Buffer.byteLength(target) > pathBytes)
    throw new Error(`${path} is too long`);
  if (bytes.length > fileBytes) throw new Error(`${path} is too large`);
  const header = Buffer.alloc(block);
  header.write(path, 0);
  const numbers = [mode, owner, owner].map((value) => octal(value, 8));
  header.write([...numbers, octal(bytes.length, 12), octal(time, 12)].join(""), 100, "latin1");
  header.write(`${types[type]}${target}`, 156);
  header.write("ustar\u000000", 257, "latin1");
  return signed(header);
}

/** Writes the checksum. It is the sum of the bytes, with spaces in place of the checksum. */
function signed(header: Buffer): Buffer {
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}
