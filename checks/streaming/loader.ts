// Sends and fetches much data in a separate process, so that its resources are not counted for the registry.
import { blocksOf, digestOfBlob, sizeOf, type Blob } from "./blocks.ts";
import { Connection } from "./connection.ts";
import { finishSession, requireStatus, startSession } from "./session.ts";

export interface PushManyJob {
  readonly kind: "push-many";
  readonly port: number;
  readonly repository: string;
  readonly blobs: readonly Blob[];
}

export interface PushStreamJob {
  readonly kind: "push-stream";
  readonly port: number;
  readonly repository: string;
  readonly blob: Blob;
}

export interface PullJob {
  readonly kind: "pull";
  readonly port: number;
  readonly path: string;
}

export type Job = PushManyJob | PushStreamJob | PullJob;

export interface Pushed {
  /** The digests in the order of the blobs. */
  readonly digests: readonly string[];
  readonly seconds: number;
}

export interface Pulled {
  readonly digest: string;
  readonly bytes: number;
  /** The Content-Length header. */
  readonly contentLength: string | null;
  readonly seconds: number;
}

/** All sessions are open before the first byte is sent, so that all of them are written at the same time. */
async function pushMany({ port, repository, blobs }: PushManyJob): Promise<Pushed> {
  const digests = blobs.map(digestOfBlob);
  const ready = await Promise.all(
    blobs.map(async () => {
      const connection = await Connection.open(port);
      return { connection, location: await startSession(connection, repository) };
    }),
  );
  const started = performance.now();
  await Promise.all(
    ready.map(async ({ connection, location }, index) => {
      const blob = blobs[index]!;
      // The two ways of clients: all bytes in the final PUT, or in a PATCH of unknown length before it.
      if (index % 2 === 0) {
        await finishSession(connection, location, digests[index]!, blocksOf(blob), sizeOf(blob));
      } else {
        await patchStream(connection, location, blob);
        await finishSession(connection, location, digests[index]!);
      }
      connection.end();
    }),
  );
  return { digests, seconds: (performance.now() - started) / 1000 };
}

async function pushStream({ port, repository, blob }: PushStreamJob): Promise<Pushed> {
  const started = performance.now();
  const connection = await Connection.open(port);
  const location = await startSession(connection, repository);
  const hash = new Bun.CryptoHasher("sha256");
  await patchStream(connection, location, blob, (block) => hash.update(block));
  const digest = `sha256:${hash.digest("hex")}`;
  await finishSession(connection, location, digest);
  connection.end();
  return { digests: [digest], seconds: (performance.now() - started) / 1000 };
}

async function patchStream(
  connection: Connection,
  location: string,
  blob: Blob,
  sent: (block: Uint8Array<ArrayBuffer>) => void = () => undefined,
): Promise<void> {
  await connection.sendHead("PATCH", location, { "transfer-encoding": "chunked" });
  for (const block of blocksOf(blob)) {
    await connection.send(`${block.length.toString(16)}\r\n`);
    await connection.send(block);
    await connection.send("\r\n");
    sent(block);
  }
  await connection.send("0\r\n\r\n");
  requireStatus(await connection.reply(), 202, "PATCH of a session");
}

async function pull({ port, path }: PullJob): Promise<Pulled> {
  const started = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  if (response.status !== 200) throw new Error(`GET ${path}: answered ${response.status}`);
  const hash = new Bun.CryptoHasher("sha256");
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    hash.update(piece);
    bytes += piece.length;
  }
  const contentLength = response.headers.get("content-length");
  const seconds = (performance.now() - started) / 1000;
  return { digest: `sha256:${hash.digest("hex")}`, bytes, contentLength, seconds };
}

function perform(job: Job): Promise<Pushed | Pulled> {
  if (job.kind === "push-many") return pushMany(job);
  return job.kind === "push-stream" ? pushStream(job) : pull(job);
}

const result = await perform(JSON.parse(process.argv[2] ?? "") as Job);
process.stdout.write(JSON.stringify(result));
