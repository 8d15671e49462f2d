/**
 * Measures the cost of the tarsum of a layer, compared with its sha256 alone: CPU seconds, the final sort of the
 * entries separately, and the memory at that moment.
 *
 *   bun bench/tarsum.ts
 */
import { createHash } from "node:crypto";
import { dockerLimits } from "../src/docker/limits.ts";
import { TarsumDigester } from "../src/docker/tarsum/tarsum.ts";
import { tarEnd, tarFile, tarHeader } from "../test/support/tar.ts";

const MiB = 1024 * 1024;

function* oneFile(mebibytes: number): Generator<Uint8Array> {
  yield tarHeader({ name: "large", size: mebibytes * MiB });
  const piece = new Uint8Array(MiB).fill(3);
  for (let at = 0; at < mebibytes; at += 1) yield piece;
}

function manyFiles(count: number): Uint8Array[] {
  const files = Array.from({ length: count }, (_, at) => tarFile({ name: `usr/lib/some/file-${at}`, body: "x" }));
  const pieces = Array.from({ length: Math.ceil(count / 1024) }, (_, at) => files.slice(at * 1024, (at + 1) * 1024));
  return pieces.map((piece) => Buffer.concat(piece));
}

function seconds(work: () => void): string {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1e6).toFixed(2);
}

function measure(what: string, layer: () => Iterable<Uint8Array>): void {
  const hash = createHash("sha256");
  const hashed = seconds(() => {
    for (const piece of layer()) hash.update(piece);
  });
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  const digester = new TarsumDigester({ version: 1, algorithm: "sha256" });
  const read = seconds(() => {
    for (const piece of layer()) digester.update(piece);
    digester.update(tarEnd);
  });
  Bun.gc(true);
  const held = Math.round((process.memoryUsage().rss - before) / MiB);
  const ordered = seconds(() => void digester.digest());
  process.stdout.write(`${what}: sha256 ${hashed} s; tarsum ${read} s, its order ${ordered} s, ${held} MiB held\n`);
}

measure("512 MiB in one file", () => oneFile(512));
for (const count of [50_000, dockerLimits.tarEntries]) {
  const pieces = manyFiles(count);
  measure(`${count} files of a byte`, () => pieces);
}
