import { blockBytes, rangeOf, sizeOf, type Blob } from "./blocks.ts";
import { load } from "./load.ts";
import { requireLength } from "./many-pushes.ts";
import { MemoryWatch } from "./memory.ts";
import type { Place } from "./place.ts";
import { Skip, type Report } from "./report.ts";

const repository = "streaming/large";
const GiB = 1024 ** 3;
const rangeBytes = 100_000;

export async function largeBlob(report: Report, place: Place, gigabytes: number): Promise<void> {
  const blob: Blob = { number: 1_000, blocks: (gigabytes * GiB) / blockBytes };
  const size = sizeOf(blob);
  const name = `a blob of ${gigabytes} GiB`;
  const lack = place.lackOfRoom(2 * size);
  if (lack !== undefined) return report.skip(name, lack);
  return place.withRegistry("large", ({ port, pid }) => largeBlobCases(report, name, blob, port, pid));
}

async function largeBlobCases(report: Report, name: string, blob: Blob, port: number, pid: number): Promise<void> {
  const size = sizeOf(blob);
  let path: string | undefined;
  const pathOfBlob = (): string => {
    if (path === undefined) throw new Skip("the blob did not get in");
    return path;
  };
  const memory = new MemoryWatch(pid);
  await report.test(`${name} in, by a PATCH of unknown length and a PUT`, async () => {
    const { digests, seconds } = await load({ kind: "push-stream", port, repository, blob });
    path = `/v2/${repository}/blobs/${digests[0]}`;
    return `${Math.round(size / seconds / 1e6)} MB/s`;
  });
  await report.test(`${name} out, by GET`, async () => {
    const pulled = await load({ kind: "pull", port, path: pathOfBlob() });
    if (!path?.endsWith(`/${pulled.digest}`)) throw new Error(`${path} came back as ${pulled.digest}`);
    if (pulled.contentLength !== String(size))
      throw new Error(`Content-Length is ${pulled.contentLength}, not ${size}`);
    return `${Math.round(size / pulled.seconds / 1e6)} MB/s, the digest is equal`;
  });
  await report.test(`${name}: memory of both`, async () => memory.stop());
  await report.test(`${name}: HEAD`, async () => {
    await requireLength(port, pathOfBlob(), size);
    return `Content-Length ${size}`;
  });
  await report.test(`${name}: ranges beyond 4 GiB`, async () => {
    if (size <= 4 * GiB + rangeBytes) throw new Skip("the blob ends before them");
    const ranges = rangesOf(size);
    for (const [start, end] of ranges) await requireRange(port, pathOfBlob(), blob, start, end);
    await requireSuffix(port, pathOfBlob(), blob, rangeBytes);
    return `${ranges.length + 1} ranges are right`;
  });
}

/** Over the edges of 32 bits, with and without a sign, somewhere in the last part, and at the very end; exclusive ends. */
function rangesOf(size: number): [number, number][] {
  const starts = [2 * GiB - 50_000, 4 * GiB - 50_000, 4 * GiB, 4 * GiB + 1, size - rangeBytes];
  const within = Math.floor((4 * GiB + size) / 2) + 12_345;
  return [...starts, within]
    .filter((start) => start < size)
    .map((start) => [start, Math.min(size, start + rangeBytes)]);
}

async function requireRange(port: number, path: string, blob: Blob, start: number, end: number): Promise<void> {
  await requireBytes(port, path, `bytes=${start}-${end - 1}`, blob, start, end);
}

async function requireSuffix(port: number, path: string, blob: Blob, length: number): Promise<void> {
  await requireBytes(port, path, `bytes=-${length}`, blob, sizeOf(blob) - length, sizeOf(blob));
}

async function requireBytes(
  port: number,
  path: string,
  range: string,
  blob: Blob,
  start: number,
  end: number,
): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { range } });
  const bytes = await response.bytes();
  const said = response.headers.get("content-range");
  const due = `bytes ${start}-${end - 1}/${sizeOf(blob)}`;
  if (response.status !== 206 || said !== due)
    throw new Error(`${range}: ${response.status}, ${said} instead of ${due}`);
  if (Buffer.compare(bytes, rangeOf(blob, start, end)) !== 0) throw new Error(`${range}: wrong bytes`);
}
