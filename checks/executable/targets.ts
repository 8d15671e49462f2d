import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { targets } from "../../tools/build/targets.ts";
import type { Report } from "../streaming/report.ts";
import { buildAll, dist } from "./build.ts";

const elfMagic = 0x464c457f;
const machOMagic = 0xfeedfacf;
const elfMachines: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64" };
const machOMachines: Readonly<Record<number, string>> = { 0x01000007: "x64", 0x0100000c: "arm64" };
const signatureCommand = 0x1d;

/** Builds the executables for all machines, and checks what can be checked without these machines. */
export async function testTargets(report: Report): Promise<void> {
  await report.test("the executables for all machines are built", async () => {
    await buildAll();
    return Object.keys(targets).join(", ");
  });
  for (const name of Object.keys(targets)) {
    await report.test(`lading-${name} is for this machine`, async () => {
      const file = readFileSync(join(dist, `lading-${name}`));
      const found = describe(file);
      if (found !== name) throw new Error(`it is for ${found}`);
      return file.readUInt32LE(0) === machOMagic ? `${requireSigned(file)} signed pages` : "its ELF header says so";
    });
  }
}

/** The system, the processor and the C library that a file says that it is for. */
function describe(file: Buffer): string {
  if (file.readUInt32LE(0) === machOMagic) return `darwin-${machOMachines[file.readUInt32LE(4)]}`;
  if (file.readUInt32LE(0) !== elfMagic) return "no known system";
  // The path of the dynamic linker is in the first page.
  const musl = file.subarray(0, 4096).includes("/lib/ld-musl-") ? "-musl" : "";
  return `linux-${elfMachines[file.readUInt16LE(18)]}${musl}`;
}

/** Returns the number of pages in the signature of a Mach-O file. Throws if one of them has another hash. */
function requireSigned(file: Buffer): number {
  let at = 32;
  while (file.readUInt32LE(at) !== signatureCommand) at += file.readUInt32LE(at + 4);
  const signature = file.subarray(file.readUInt32LE(at + 8));
  const directory = signature.subarray(signature.readUInt32BE(16));
  const [hashes, pages, limit] = [16, 28, 32].map((field) => directory.readUInt32BE(field)) as [number, number, number];
  if (limit !== file.readUInt32LE(at + 8)) throw new Error("the signature does not cover the whole file");
  for (let page = 0; page < pages; page += 1) {
    const bytes = file.subarray(page * 4096, Math.min((page + 1) * 4096, limit));
    const expected = directory.subarray(hashes + page * 32, hashes + page * 32 + 32);
    if (!createHash("sha256").update(bytes).digest().equals(expected)) throw new Error(`page ${page} is not as signed`);
  }
  return pages;
}
