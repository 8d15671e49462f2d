import { createHash } from "node:crypto";

/** The load commands that a signature concerns, and the fields of the file format, from Apple's `mach-o/loader.h`. */
const magic64 = 0xfeedfacf;
const segmentCommand = 0x19;
const signatureCommand = 0x1d;
const headerBytes = 32;

/** The fields of a signature, from Apple's `cs_blobs.h`. */
const superBlobMagic = 0xfade0cc0;
const codeDirectoryMagic = 0xfade0c02;
const codeDirectoryVersion = 0x20400;
const codeDirectoryBytes = 88;
const adHoc = 0x2;
const mainBinary = 1n;
const sha256 = 2;
const hashBytes = 32;
const pageBits = 12;
const pageBytes = 1 << pageBits;
/** A super blob with one entry in its index, before its blob. */
const superBlobBytes = 20;

interface Segment {
  /** The place of its load command. */
  readonly at: number;
  readonly fileOffset: number;
  readonly fileBytes: number;
}

interface Layout {
  readonly text: Segment;
  readonly linkEdit: Segment;
  /** The place of the load command of the signature. */
  readonly command: number;
  /** The place of the signature in the file. Everything before it is signed. */
  readonly signature: number;
}

/**
 * Returns a Mach-O file with a new signature that names no signer (*ad hoc*). macOS kills a process whose file does not
 * fit its signature, and the compiler leaves the signature of the runtime in an executable for x64, without its program.
 */
export function signMachO(file: Uint8Array, identifier: string): Uint8Array {
  const layout = layoutOf(file);
  const { linkEdit, command, signature } = layout;
  const pages = Math.ceil(signature / pageBytes);
  const bytes = superBlobBytes + codeDirectoryBytes + identifier.length + 1 + pages * hashBytes;
  const signed = Buffer.alloc(roundUp(signature + bytes, 16));
  signed.set(file.subarray(0, signature));
  signed.writeUInt32LE(signed.length - signature, command + 12);
  const linkEditBytes = signed.length - linkEdit.fileOffset;
  signed.writeBigUInt64LE(BigInt(linkEditBytes), linkEdit.at + 48);
  signed.writeBigUInt64LE(BigInt(roundUp(linkEditBytes, pageBytes)), linkEdit.at + 32);
  // The hashes include the fields that were just written.
  signed.set(superBlob(codeDirectory(signed, layout, identifier)), signature);
  return signed;
}

function layoutOf(file: Uint8Array): Layout {
  const view = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (view.readUInt32LE(0) !== magic64) throw new Error("the executable is not a 64-bit Mach-O file");
  const segments = new Map<string, Segment>();
  let command: number | undefined;
  for (let at = headerBytes, left = view.readUInt32LE(16); left > 0; left -= 1) {
    const kind = view.readUInt32LE(at);
    if (kind === segmentCommand) segments.set(nameAt(view, at + 8), segmentAt(view, at));
    if (kind === signatureCommand) command = at;
    at += view.readUInt32LE(at + 4);
  }
  const [text, linkEdit] = [segments.get("__TEXT"), segments.get("__LINKEDIT")];
  if (!text || !linkEdit || command === undefined) throw new Error("the executable has no place for a signature");
  return { text, linkEdit, command, signature: view.readUInt32LE(command + 8) };
}

function nameAt(view: Buffer, at: number): string {
  return view.toString("latin1", at, at + 16).replace(/\0.*$/s, "");
}

function segmentAt(view: Buffer, at: number): Segment {
  return {
    at,
    fileOffset: Number(view.readBigUInt64LE(at + 40)),
    fileBytes: Number(view.readBigUInt64LE(at + 48)),
  };
}

function codeDirectory(file: Buffer, { text, signature }: Layout, identifier: string): Buffer {
  const pages = Math.ceil(signature / pageBytes);
  const hashesAt = codeDirectoryBytes + identifier.length + 1;
  const directory = Buffer.alloc(hashesAt + pages * hashBytes);
  const fields = [
    codeDirectoryMagic,
    directory.length,
    codeDirectoryVersion,
    adHoc,
    hashesAt,
    codeDirectoryBytes,
    0,
    pages,
    signature,
  ];
  for (const [index, field] of fields.entries()) directory.writeUInt32BE(field, index * 4);
  directory.set([hashBytes, sha256, 0, pageBits], 36);
  directory.writeBigUInt64BE(BigInt(text.fileOffset), 64);
  directory.writeBigUInt64BE(BigInt(text.fileBytes), 72);
  directory.writeBigUInt64BE(mainBinary, 80);
  directory.write(identifier, codeDirectoryBytes, "latin1");
  for (let page = 0; page < pages; page += 1) {
    const bytes = file.subarray(page * pageBytes, Math.min((page + 1) * pageBytes, signature));
    directory.set(createHash("sha256").update(bytes).digest(), hashesAt + page * hashBytes);
  }
  return directory;
}

function superBlob(directory: Buffer): Buffer {
  const head = Buffer.alloc(superBlobBytes);
  const fields = [superBlobMagic, superBlobBytes + directory.length, 1, 0, superBlobBytes];
  for (const [index, field] of fields.entries()) head.writeUInt32BE(field, index * 4);
  return Buffer.concat([head, directory]);
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}
