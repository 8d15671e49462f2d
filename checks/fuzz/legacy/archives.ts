import { TarError } from "../../../src/docker/tarsum/tar-header.ts";
import { TarReader, type TarEntry } from "../../../src/docker/tarsum/tar-reader.ts";
import { TarsumDigester } from "../../../src/docker/tarsum/tarsum.ts";
import type { Random } from "../../crash/random.ts";
import { paxBody, tarOf } from "../../../test/support/tar.ts";
import { damage } from "./damage.ts";
import { Finding, type FuzzedReader } from "./reader.ts";

const block = 512;

const originals: readonly Buffer[] = [
  tarOf(
    { name: "./etc/", type: "5", mode: 0o755 },
    { name: "./etc/hosts", body: "localhost", mtime: 1_400_000_000 },
    { name: "./etc/link", type: "2", linkname: "hosts" },
    { name: "./dev/null", type: "3", raw: { 329: "0000001", 337: "0000003" } },
  ),
  tarOf(
    { type: "x", body: paxBody({ path: "p", "SCHILY.xattr.a": "b", mtime: "1.5", size: "700" }) },
    { body: "z".repeat(700) },
    { type: "L", body: `${"long/".repeat(30)}\0` },
    { body: "y" },
    { name: "same", body: "1" },
    { name: "same", body: "2" },
    { raw: { 108: Buffer.of(0x80, 0, 0, 0, 0, 0, 1, 0) } },
  ),
];

const originalOf = new Map(originals.map((original) => [sumOf([original])!, original]));

/**
 * Computes tarsums of archives: different contents must have different sums, and the pieces in which they arrive must
 * not matter.
 */
export const archives: FuzzedReader = {
  name: "archives",
  outcomes: ["another sum", "the same sum", "refused"],
  damaged,
  judge,
};

function damaged(random: Random): Uint8Array {
  let bytes: Buffer = Buffer.from(random.pick(originals)!);
  if (random.chance(0.3)) bytes = moveBlock(random, bytes);
  bytes = random.chance(0.5) ? spoilField(random, bytes) : damage(random, bytes);
  // Otherwise the checksums of the headers would reject almost everything.
  return random.chance(0.8) ? mendChecksums(bytes) : bytes;
}

function moveBlock(random: Random, bytes: Buffer): Buffer {
  const blocks = Math.floor(bytes.length / block);
  const [from, to] = [random.between(0, blocks - 1) * block, random.between(0, blocks) * block];
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, from + block), bytes.subarray(to)]);
}

function spoilField(random: Random, bytes: Buffer): Buffer {
  const start = random.between(0, Math.floor(bytes.length / block) - 1) * block;
  const [offset, width] = random.pick([
    [0, 100],
    [100, 8],
    [108, 8],
    [124, 12],
    [136, 12],
    [156, 1],
    [157, 100],
    [257, 8],
    [329, 8],
  ])!;
  const field = random.pick([
    "\0",
    "7",
    "9",
    " ",
    "-1",
    "x",
    "g",
    "L",
    "K",
    "S",
    "1",
    "77777777777",
    "\xff",
    "\x80\0\0\0\x01",
    "12 path=\0\n",
  ])!;
  bytes.write(random.chance(0.3) ? field.repeat(12).slice(0, width) : field.slice(0, width), start + offset, "latin1");
  return bytes;
}

function mendChecksums(bytes: Buffer): Buffer {
  for (let at = 0; at + block <= bytes.length; at += block) {
    if (bytes.toString("latin1", at + 257, at + 262) !== "ustar") continue;
    bytes.fill(" ", at + 148, at + 156);
    const sum = bytes.subarray(at, at + block).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148);
  }
  return bytes;
}

function judge(archive: Uint8Array): string {
  const at = archive.length % 509;
  const sum = sumOf([archive.subarray(0, at), archive.subarray(at)]);
  if (sum === undefined) return "refused";
  if (sum !== sumOf([archive])) throw new Finding("in two pieces it has another sum");
  const twin = originalOf.get(sum);
  if (!twin) return "another sum";
  if (contentOf(archive) !== contentOf(twin)) throw new Finding("other contents have the same sum");
  return "the same sum";
}

function sumOf(pieces: readonly Uint8Array[]): string | undefined {
  const digester = new TarsumDigester({ version: 1, algorithm: "sha256" });
  try {
    for (const piece of pieces) digester.update(piece);
    return digester.digest();
  } catch (error) {
    if (error instanceof TarError) return undefined;
    throw error;
  }
}

/**
 * Everything that the sum of version 1 covers, without the order. Like the sum, it has no separator between the key
 * and the value of an attribute.
 */
function contentOf(archive: Uint8Array): string {
  const entries: (TarEntry & { body: string })[] = [];
  const reader = new TarReader({
    entry: (entry) => void entries.push({ ...entry, body: "" }),
    body: (bytes) => void (entries.at(-1)!.body += Buffer.from(bytes).toString("latin1")),
  });
  reader.update(archive);
  reader.end();
  return entries
    .map((entry) => JSON.stringify({ ...entry, mtime: 0, xattrs: entry.xattrs.flat().join("") }))
    .toSorted()
    .join("\n");
}
