import { RegistryError } from "../oci/errors.ts";
import type { Slice } from "../oci/range.ts";
import type { UploadRecord } from "../metadata/store.ts";

/** Bytes on their way into an upload session, with what their sender said about them. */
export interface Chunk {
  /** Where they belong; absent, they follow what is there. */
  readonly range?: Slice | undefined;
  /** How many there will be; absent where they come chunked. */
  readonly length?: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The body broke off: the client is gone, was silent for too long, or broke the framing. */
export class BodyInterrupted extends Error {}

/** What can be refused before a byte is read. */
export function checkAnnounced(session: UploadRecord, { range, length }: Chunk): void {
  if (!range) return;
  if (range.start !== session.offset || range.end <= range.start) throw outOfOrder(session);
  const announced = range.end - range.start;
  if (length !== undefined && length !== announced) throw wrongSize(announced, length);
}

/** What only the bytes themselves can show. */
export function checkReceived({ range, length }: Chunk, received: number): void {
  const announced = range ? range.end - range.start : length;
  if (announced !== undefined && announced !== received) throw wrongSize(announced, received);
}

export function outOfOrder(session: UploadRecord, message?: string): RegistryError {
  const item = { ...(message && { message }), detail: { offset: session.offset } };
  return new RegistryError("CHUNK_OUT_OF_ORDER", item, { session });
}

function wrongSize(announced: number, received: number): RegistryError {
  const message = `${announced} bytes were announced, ${received} are sent`;
  return new RegistryError("SIZE_INVALID", { message, detail: { announced, received } });
}
