import { ociLimits } from "../../oci/limits.ts";
import type { Sender } from "../../base/sender.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { Slice } from "../../oci/range.ts";
import type { UploadRecord } from "../../metadata/store.ts";

/** Bytes for an upload session, with what their sender announced about them. */
export interface Chunk {
  /** The position of the bytes in the blob; if absent, they follow the stored bytes. */
  readonly range?: Slice | undefined;
  /** The number of bytes; absent if the body has chunked encoding. */
  readonly length?: number | undefined;
  /**
   * The size of the whole blob, once for each header in which the sender announced it; present if this chunk is the
   * last one (UP-07).
   */
  readonly totals?: readonly number[];
  /** The pieces of the body. They belong to the reader, who releases their memory. */
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * Whether the chunk is a monolithic upload, whose sender does not learn the id of a session. Then the bytes of an
   * interrupted chunk are not stored.
   */
  readonly isMonolithic?: boolean;
  /** The client for which tarsums are computed; absent for a caller that does not disconnect. */
  readonly sender?: Sender | undefined;
}

/** The body was interrupted: the client disconnected, sent nothing for too long, or violated the framing. */
export class BodyInterrupted extends Error {}

/** Throws for everything that can be refused before the first byte is read. */
export function checkAnnounced(session: UploadRecord, chunk: Chunk): void {
  const { range, length } = chunk;
  if (range && (range.start !== session.offset || range.end <= range.start)) throw outOfOrder(session);
  const announced = announcedBytes(chunk);
  if (announced === undefined) return;
  if (length !== undefined && length !== announced) throw wrongSize(announced, length);
  checkBlobSize(session.offset + announced);
}

/** Throws if more bytes arrive than the client announced. It is called for each piece, before the piece is stored. */
export function checkArriving(session: UploadRecord, chunk: Chunk, received: number): void {
  const announced = announcedBytes(chunk);
  if (announced !== undefined && received > announced) throw wrongSize(announced, received);
  checkBlobSize(session.offset + received);
}

/**
 * Throws if the number of received bytes differs from the announced numbers. It is called at the end, with the new
 * offset.
 */
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

/**
 * Throws if the blob exceeds its maximum size. The API table limits each request, but a blob may arrive in many of
 * them.
 */
function checkBlobSize(bytes: number): void {
  if (bytes <= ociLimits.blobBytes) return;
  const message = `the blob is larger than ${ociLimits.blobBytes} bytes`;
  throw new RegistryError("BODY_TOO_LARGE", { message, detail: { limit: ociLimits.blobBytes } });
}

/** The error for a chunk that does not start at the offset of the upload session. */
export function outOfOrder(session: UploadRecord, message?: string): RegistryError {
  const item = { ...(message && { message }), detail: { offset: session.offset } };
  return new RegistryError("CHUNK_OUT_OF_ORDER", item, { session });
}

function wrongSize(announced: number, received: number): RegistryError {
  const message = `${announced} bytes were announced, but ${received} were sent`;
  return new RegistryError("SIZE_INVALID", { message, detail: { announced, received } });
}
