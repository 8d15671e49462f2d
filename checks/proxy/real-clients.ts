// Runs scripts/clients against a set-up, prints its output, and sums its counts.
import { join } from "node:path";
import { printLine } from "../clients/case-runner.ts";
import { interruption } from "../clients/command.ts";
import type { Front } from "./front.ts";

const SCRIPT = join(import.meta.dir, "..", "..", "scripts", "clients");
const COUNTS = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export async function runRealClients(front: Front, flags: readonly string[]): Promise<Counts> {
  const place = ["--registry", front.host, "--tls", "--ca", front.caFile];
  if (front.prefix !== "") place.push("--prefix", front.prefix);
  if (front.path !== "") place.push("--path", front.path);
  const child = Bun.spawn([SCRIPT, ...place, ...flags], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    signal: interruption.signal,
    killSignal: "SIGTERM",
  });
  let counts: Counts | undefined;
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const found = COUNTS.exec(line);
      if (found) counts = { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
      printLine(found ? `clients: ${line}` : line);
    }
  }
  const code = await child.exited;
  // A run that exits with an error, or without counts, has failed.
  if (!counts) return { passed: 0, failed: 1, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
