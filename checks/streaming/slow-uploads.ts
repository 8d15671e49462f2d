import type { RegistryProcess } from "../crash/registry-process.ts";
import { rangeOf } from "./blocks.ts";
import { Connection } from "./connection.ts";
import { load } from "./load.ts";
import type { Place } from "./place.ts";
import type { Report } from "./report.ts";
import { finishSession, offsetOf, readOffset, requireStatus, startSession } from "./session.ts";

const repository = "streaming/slow";
const bytesPerSecond = 1_024;
/** The silence that the registry allows in this check, in seconds; usually it is more. */
const silenceSeconds = 60;

/** The silent upload sends this number of bytes, then nothing. */
const sentBytes = 40_000;
const announcedBytes = 1_000_000;

/** The server checks its timers every few seconds, and this machine is busy. */
const cutEarlySeconds = 5;
const cutLateSeconds = 25;

export function slowUploads(report: Report, place: Place, slowSeconds: number): Promise<void> {
  const flags = ["--upload-silence", String(silenceSeconds)];
  const work = async ({ port }: RegistryProcess) => {
    await Promise.all([
      report.test(`LIM-10 1 KiB/s for ${slowSeconds} s is not cut`, () => steadyUpload(port, slowSeconds)),
      report.test(`LIM-10 silence of ${silenceSeconds} s ends the connection, and the received bytes are stored`, () =>
        silentUpload(port),
      ),
    ]);
  };
  return place.withRegistry("slow", work, flags);
}

async function steadyUpload(port: number, seconds: number): Promise<string> {
  const bytes = contentOf(2_000, seconds * bytesPerSecond);
  const connection = await Connection.open(port);
  const location = await startSession(connection, repository);
  const started = performance.now();
  await connection.sendHead("PATCH", location, { "content-length": String(bytes.length) });
  for (let at = 0; at < bytes.length; at += bytesPerSecond) {
    await connection.send(bytes.subarray(at, at + bytesPerSecond));
    await Bun.sleep(1_000);
  }
  const offset = readOffset(requireStatus(await connection.reply(), 202, "the slow PATCH"));
  if (offset !== bytes.length) throw new Error(`the offset of the session is ${offset} instead of ${bytes.length}`);
  const elapsed = (performance.now() - started) / 1000;
  await finishAndReadBack(port, connection, location, bytes, offset);
  return `${bytes.length} bytes in ${Math.round(elapsed)} s, the digest is equal`;
}

async function silentUpload(port: number): Promise<string> {
  const bytes = contentOf(2_001, announcedBytes);
  const connection = await Connection.open(port);
  const location = await startSession(connection, repository);
  await connection.sendHead("PATCH", location, { "content-length": String(bytes.length) });
  await connection.send(bytes.subarray(0, sentBytes));
  const silentSince = performance.now();
  const latest = silenceSeconds + cutLateSeconds;
  await Promise.race([connection.closed(), Bun.sleep(latest * 1_000)]);
  if (connection.closedAt === undefined) throw new Error(`not cut after ${latest} s`);
  const seconds = (connection.closedAt - silentSince) / 1000;
  if (seconds < silenceSeconds - cutEarlySeconds) throw new Error(`cut already after ${seconds} s`);
  const next = await Connection.open(port);
  const offset = await offsetOf(next, location);
  if (offset !== sentBytes) throw new Error(`the offset of the session is ${offset} instead of ${sentBytes}`);
  await finishAndReadBack(port, next, location, bytes, offset);
  return `cut after ${seconds.toFixed(1)} s, ${offset} bytes kept and finished to the right blob`;
}

function contentOf(number: number, size: number): Uint8Array {
  return rangeOf({ number, blocks: 1 }, 0, size);
}

async function finishAndReadBack(
  port: number,
  connection: Connection,
  location: string,
  bytes: Uint8Array,
  offset: number,
): Promise<void> {
  const digest = `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}`;
  await finishSession(connection, location, digest, [bytes.subarray(offset)], bytes.length - offset);
  connection.end();
  const pulled = await load({ kind: "pull", port, path: `/v2/${repository}/blobs/${digest}` });
  if (pulled.digest !== digest) throw new Error(`the blob came back as ${pulled.digest}`);
}
