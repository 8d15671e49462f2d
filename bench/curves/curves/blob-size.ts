import { LargeBlobs, randomBytes } from "../../../src/loadtest/content.ts";
import { pushBlob } from "../../../src/loadtest/push.ts";
import { gets } from "../../../src/loadtest/read.ts";
import type { Operation } from "../../../src/loadtest/workload.ts";
import { storeBlob } from "../../../src/loadtest/workloads/prepared.ts";
import type { RepositoryName } from "../../../src/oci/repository-name.ts";
import { numbered, powers, type Curve } from "../curve.ts";
import type { PinnedRegistry } from "../pinned-registry.ts";

const repository = "curves/blobs" as RepositoryName;
const warmUpSize = 4096;
/** The number of bytes of small blobs that are pushed for one point. */
const pushedBytes = 1_000_000_000;
/** Blobs up to this size are hashed once before the measurement, because hashing takes longer than everything else. */
const hashedBytes = 256 * 1024 * 1024;

/** The size of a blob in bytes, with one request at a time. */
export const blobSize: Curve = {
  sizes: powers(4, 5, 16),
  room: (size) => pushedBytes + 3 * size,
  async prepare(size, place) {
    const registry = await place.start(place.newData());
    const small = numbered(await prepareSize(registry, warmUpSize));
    await registry.warmUp(Object.values(small));
    const operations = numbered(await prepareSize(registry, size));
    return { at: size, registry, concurrency: 1, operations };
  },
};

async function prepareSize(registry: PinnedRegistry, size: number): Promise<{ GET: Operation; push: Operation }> {
  const blobs = new LargeBlobs(randomBytes, size);
  return registry.withClient(async (client) => {
    const stored = await storeBlob({ client, repository, size, random: randomBytes }, blobs.next());
    const read = gets(client, stored);
    if (size <= hashedBytes) await read(client, 0);
    return {
      // Not hashed, unlike the first read.
      GET: (asked) => read(asked, 1),
      async push(asked) {
        const blob = blobs.next();
        await pushBlob(asked, repository, blob);
        return blob.size;
      },
    };
  });
}
