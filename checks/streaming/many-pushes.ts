import { sizeOf, type Blob } from "./blocks.ts";
import { load } from "./load.ts";
import { MemoryWatch } from "./memory.ts";
import type { Place } from "./place.ts";
import { Skip, type Report } from "./report.ts";

const repository = "streaming/many";
const blobs: readonly Blob[] = Array.from({ length: 100 }, (_, number) => ({ number, blocks: 64 }));

/**
 * One blob of this number is read back completely. For all of them, the registry has compared its hash with the
 * client's digest.
 */
const readBackEach = 10;

export async function manyPushes(report: Report, place: Place): Promise<void> {
  await report.test("100 pushes of 64 MiB at once", async () => {
    const total = blobs.reduce((sum, blob) => sum + sizeOf(blob), 0);
    const lack = place.lackOfRoom(2 * total);
    if (lack !== undefined) throw new Skip(lack);
    return place.withRegistry("many", async ({ port, pid }) => {
      const memory = new MemoryWatch(pid);
      const { digests, seconds } = await load({ kind: "push-many", port, repository, blobs });
      const measured = memory.stop();
      for (const [index, digest] of digests.entries()) {
        const path = `/v2/${repository}/blobs/${digest}`;
        await requireLength(port, path, sizeOf(blobs[index]!));
        if (index % readBackEach !== 0) continue;
        const pulled = await load({ kind: "pull", port, path });
        if (pulled.digest !== digest) throw new Error(`${path} came back as ${pulled.digest}`);
      }
      return `${measured}; ${Math.round(total / seconds / 1e6)} MB/s in all`;
    });
  });
}

export async function requireLength(port: number, path: string, size: number): Promise<void> {
  const head = await fetch(`http://127.0.0.1:${port}${path}`, { method: "HEAD" });
  const length = head.headers.get("content-length");
  if (head.status !== 200 || length !== String(size)) {
    throw new Error(`HEAD ${path}: ${head.status} with Content-Length ${length} instead of ${size}`);
  }
}
