import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { signMachO } from "./mach-o-signature.ts";

const linkEditAt = 0x3000;
const signatureAt = 0x5120;

function segment(name: string, offset: number, bytes: number): Buffer {
  const command = Buffer.alloc(72);
  command.writeUInt32LE(0x19, 0);
  command.writeUInt32LE(command.length, 4);
  command.write(name, 8);
  command.writeBigUInt64LE(BigInt(offset), 40);
  command.writeBigUInt64LE(BigInt(bytes), 48);
  return command;
}

/** A file with two segments and a signature of 4 bytes that fits nothing. */
function machO(): Buffer {
  const file = Buffer.alloc(signatureAt + 4, "content");
  const signature = Buffer.alloc(16);
  for (const [index, field] of [0x1d, 16, signatureAt, 4].entries()) signature.writeUInt32LE(field, index * 4);
  const commands = [segment("__TEXT", 0, linkEditAt), segment("__LINKEDIT", linkEditAt, 0x2124), signature];
  file.fill(0, 0, 32);
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(commands.length, 16);
  Buffer.concat(commands).copy(file, 32);
  return file;
}

test("every page has its hash in the new signature, the one with the changed header too", () => {
  const signed = Buffer.from(signMachO(machO(), "lading"));
  expect(signed.readUInt32BE(signatureAt)).toBe(0xfade0cc0);
  const directory = signed.subarray(signatureAt + signed.readUInt32BE(signatureAt + 16));
  const [hashesAt, pages, limit] = [16, 28, 32].map((at) => directory.readUInt32BE(at)) as [number, number, number];
  expect([pages, limit]).toEqual([6, signatureAt]);
  for (let page = 0; page < pages; page += 1) {
    const bytes = signed.subarray(page * 4096, Math.min((page + 1) * 4096, limit));
    const hash = directory.subarray(hashesAt + page * 32, hashesAt + page * 32 + 32);
    expect(hash.toString("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

test("the load commands have the length of the new signature, which ends the file", () => {
  const signed = Buffer.from(signMachO(machO(), "lading"));
  const command = 32 + 72 + 72;
  expect(signed.readUInt32LE(command + 12)).toBe(signed.length - signatureAt);
  expect(Number(signed.readBigUInt64LE(32 + 72 + 48))).toBe(signed.length - linkEditAt);
  expect(signed.readUInt32BE(signatureAt + 4)).toBeLessThanOrEqual(signed.length - signatureAt);
});

test("another file is refused", () => {
  expect(() => signMachO(Buffer.from("\u007fELF".padEnd(64)), "lading")).toThrow("not a 64-bit Mach-O file");
});
