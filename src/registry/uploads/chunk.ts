import { ociLimits } from "../../oci/limits.ts";
import type { Sender } from "../../base/sender.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { Slice } from "../../oci/range.ts";
import type { UploadRecord } from "../../metadata/store.ts";

/** Bytes on their way into an upload session, with what their sender said about them. */
export interface Chunk {
  /** Where they belong; absent, they follow what is there. */
  readonly range?: Slice | undefined;
  /** How many there will be; absent where they come chunked. */
  readonly length?: number | undefined;
  /** How large the blob is with them, each time that the sender said so; known where they are the last (UP-07). */
  readonly totals?: readonly number[];
  /** Pieces that belong to whoever asks for them, who gives their memory back. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The sender never hears of the session: what has come of a chunk that breaks off is not kept. */
  readonly isWhole?: boolean;
  /** For whom tarsums are computed; absent, for somebody who does not go away. */
  readonly sender?: Sender | undefined;
}

/** The body broke off: the client is gone, was silent for too long, or broke the framing. */
export class BodyInterrupted extends Error {}

/** What can be refused before a byte is read. */
export function checkAnnounced(session: UploadRecord, chunk: Chunk): void {
  const { range, length } = chunk;
  if (range && (range.start !== session.offset || range.end <= range.start)) throw outOfOrder(session);
  const announced = announcedBytes(chunk);
  if (announced === undefined) return;
  if (length !== undefined && length !== announced) throw wrongSize(announced, length);
  checkBlobSize(session.offset + announced);
}

/** Called for each piece that arrives, so that nothing is stored beyond what was announced. */
export function checkArriving(session: UploadRecord, chunk: Chunk, received: number): void {
  const announced = announcedBytes(chunk);
  if (announced !== undefined && received > announced) throw wrongSize(announced, received);
  checkBlobSize(session.offset + received);
}

/** Called at the end, with the offset that was reached. */
export function checkReceived(session: UploadRecord, chunk: Chunk, offset: number): void {
  const announced = announcedBytes(chunk);
  const received = offset - session.offset;
  if (announced !== undefined && announced !== received) throw wrongSize(announced, received);
  const wrongTotal = chunk.totals?.find((total) => total !== offset);
  if (wrongTotal !== undefined) throw wrongSize(wrongTotal, offset);
}

function announcedBytes({ range, length }: Chunk): number | undefined {
  return range ? range.end - range.start : length;
}

/** A request's limit is the table's; a blob may come in many of them. */
function checkBlobSize(bytes: number): void {
  if (bytes <= ociLimits.blobBytes) return;
  const message = `the blob is larger than ${ociLimits.blobBytes} bytes`;
  throw new RegistryError("BODY_TOO_LARGE", { message, detail: { limit: ociLimits.blobBytes } });
}

export function outOfOrder(session: UploadRecord, message?: string): RegistryError {
  const item = { ...(message && { message }), detail: { offset: session.offset } };
  return new RegistryError("CHUNK_OUT_OF_ORDER", item, { session });
}

function wrongSize(announced: number, received: number): RegistryError {
  const message = `${announced} bytes were announced, ${received} are sent`;
  return new RegistryError("SIZE_INVALID", { message, detail: { announced, received } });
}
