/** A reply of several parts of a blob: `multipart/byteranges` (RFC 9110 section 14.6). */
import { httpLimits } from "./limits.ts";
import { Semaphore } from "../base/async/semaphore.ts";
import { eventLoopQueue } from "../base/async/event-loop-queue.ts";
import { mediaTypes } from "../oci/media-type.ts";
import { formatContentRange, type Slice } from "../oci/range.ts";

/** What the parts are cut from. */
export type Content = Uint8Array<ArrayBuffer> | Blob;

export interface Multipart {
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/**
 * One part for each slice, in the order of the slices: containers/image counts the parts and takes the first for the first
 * range that it asked for, so slices are never joined. A short reply is put together at once and has a Content-Length; a longer
 * one is read from the file as the client takes it.
 */
export async function multipart(content: Content, slices: readonly Slice[], size: number): Promise<Multipart> {
  const text = new PartText(size);
  const pieces = packed(piecesOf(content, slices, text));
  const bytes = await eventLoopQueue.goOn("measure parts of a blob", () => lengthOf(slices, text));
  const isInline = bytes <= httpLimits.multipartPieceBytes;
  return {
    contentType: `multipart/byteranges; boundary=${text.boundary}`,
    body: isInline ? await joined(pieces) : streamed(pieces),
  };
}

/** What stands between the parts: ASCII, and made when it is sent, since 1,024 of them would be kept for a slow reader. */
class PartText {
  readonly boundary = crypto.randomUUID().replaceAll("-", "");
  readonly end = `\r\n--${this.boundary}--\r\n`;
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  before(slice: Slice, index: number): string {
    const delimiter = `${index === 0 ? "" : "\r\n"}--${this.boundary}\r\n`;
    const range = formatContentRange(slice, this.#size);
    return `${delimiter}Content-Type: ${mediaTypes.octets}\r\nContent-Range: ${range}\r\n\r\n`;
  }
}

/** Bytes of the whole reply. */
function lengthOf(slices: readonly Slice[], text: PartText): number {
  const parts = slices.map((slice, index) => text.before(slice, index).length + slice.end - slice.start);
  return parts.reduce((sum, bytes) => sum + bytes, text.end.length);
}

async function* piecesOf(
  content: Content,
  slices: readonly Slice[],
  text: PartText,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const [index, slice] of slices.entries()) {
    yield Buffer.from(text.before(slice, index));
    yield* readSlice(content, slice);
  }
  yield Buffer.from(text.end);
}

/** Of the process: else what hundreds of such replies read would come in the same turn of the loop, and hold up all others. */
const reads = new Semaphore(httpLimits.multipartReads);

async function* readSlice(content: Content, { start, end }: Slice): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = start; at < end; at += httpLimits.multipartPieceBytes) {
    const until = Math.min(at + httpLimits.multipartPieceBytes, end);
    const piece =
      content instanceof Blob ? await reads.with(() => content.slice(at, until).bytes()) : content.subarray(at, until);
    // The reply breaks off: what follows would be in the wrong place.
    if (piece.length !== until - at) throw new Error(`the blob ends before ${until}`);
    yield piece;
  }
}

/** Small pieces are sent together: for each of them alone the runtime would write to the socket. */
async function* packed(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let small: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    const isSmall = bytes + piece.length < httpLimits.multipartPieceBytes;
    if (!isSmall && bytes > 0) {
      yield Buffer.concat(small);
      [small, bytes] = [[], 0];
    }
    if (piece.length >= httpLimits.multipartPieceBytes) {
      yield piece;
      continue;
    }
    small.push(piece);
    bytes += piece.length;
  }
  if (bytes > 0) yield Buffer.concat(small);
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  return Buffer.concat(await Array.fromAsync(pieces));
}

/** Reads no piece before the socket has taken the one before it. */
function streamed(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await pieces.return(undefined)),
    },
    { highWaterMark: 0 },
  );
}
