/** A client that pushes and pulls, each time on a new connection, and measures the duration. */
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, imageOf } from "../../test/support/content.ts";
import { config, image, layer, name } from "./ground.ts";

export interface Seen {
  /** Milliseconds of each push and each pull that succeeded, sorted. */
  readonly push: readonly number[];
  readonly pull: readonly number[];
  /** The failures, with their number. */
  readonly failures: ReadonlyMap<string, number>;
}

const withinMs = 20_000;
const pauseMs = 5;

async function ask(url: string, expected: number, init: RequestInit = {}): Promise<void> {
  const response = await fetch(url, { ...init, keepalive: false, signal: AbortSignal.timeout(withinMs) });
  await response.arrayBuffer();
  if (response.status !== expected) throw new Error(`${init.method ?? "GET"} ${response.status}`);
}

let pushed = 0;

async function push(base: string): Promise<void> {
  pushed += 1;
  const blob = blobOf(`honest ${process.pid} ${pushed}`, 100_000);
  const manifest = imageOf(config, [blob]);
  const headers = { "content-type": mediaTypes.ociManifest };
  await ask(`${base}/blobs/uploads/?digest=${blob.digest}`, 201, { method: "POST", body: blob.bytes });
  await ask(`${base}/manifests/honest`, 201, { method: "PUT", body: manifest.bytes, headers });
}

async function pull(base: string): Promise<void> {
  await ask(`${base}/manifests/${image.digest}`, 200);
  await ask(`${base}/blobs/${layer.digest}`, 200);
}

/** Pushes and pulls alternately for `seconds` seconds. */
export async function behave(port: number, seconds: number): Promise<Seen> {
  const base = `http://127.0.0.1:${port}/v2/${name}`;
  const seen = { push: [] as number[], pull: [] as number[], failures: new Map<string, number>() };
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (const [kind, work] of [
      ["push", push],
      ["pull", pull],
    ] as const) {
      const began = performance.now();
      try {
        await work(base);
        seen[kind].push(performance.now() - began);
      } catch (error) {
        const reason = `${kind}: ${(error as Error).message}`;
        seen.failures.set(reason, (seen.failures.get(reason) ?? 0) + 1);
      }
    }
    await Bun.sleep(pauseMs);
  }
  for (const kind of ["push", "pull"] as const) seen[kind].sort((a, b) => a - b);
  return seen;
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The minimum number of measurements above a percentile, so that it does not depend on a single one. */
const beyond = 5;

/** The highest meaningful percentile for `count` measurements: the 99th if there are enough of them. */
export function judgedShare(count: number): number {
  return [0.99, 0.95, 0.9].find((share) => count * (1 - share) >= beyond) ?? 0.75;
}
