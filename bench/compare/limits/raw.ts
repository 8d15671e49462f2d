/** Upper limits of a push: the hash of its bytes, and the disk. */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../command.ts";

const pieceBytes = 64 * 1024;

/** The rate in megabytes per second at which one core hashes. */
export function sha256Rate(bytes: number): number {
  const piece = Buffer.alloc(pieceBytes, 7);
  const hash = createHash("sha256");
  const began = performance.now();
  for (let hashed = 0; hashed < bytes; hashed += pieceBytes) hash.update(piece);
  hash.digest();
  return bytes / 1e6 / ((performance.now() - began) / 1000);
}

/** The rate in megabytes per second at which `dd conv=fsync` writes. */
export async function ddRate(folder: string, bytes: number): Promise<number> {
  const file = join(folder, "dd");
  const blocks = Math.ceil(bytes / 1_048_576);
  try {
    return rateOfDd(await run(["dd", "if=/dev/zero", `of=${file}`, "bs=1M", `count=${blocks}`, "conv=fsync"], 300_000));
  } finally {
    rmSync(file, { force: true });
  }
}

/** Computes the rate from the printed bytes and seconds, because dd rounds its own rate. */
export function rateOfDd(printed: string): number {
  const [, bytes, seconds] = /^(\d+) bytes .*copied, ([\d.e-]+) s,/m.exec(printed) ?? [];
  if (bytes === undefined || seconds === undefined) throw new Error(`dd printed ${JSON.stringify(printed)}`);
  return Number(bytes) / 1e6 / Number(seconds);
}
