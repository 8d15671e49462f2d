/** Responses with several parts of a blob: `multipart/byteranges` (RFC 9110 section 14.6). */
import { httpLimits } from "./limits.ts";
import { Semaphore } from "../base/async/semaphore.ts";
import { eventLoopQueue } from "../base/async/event-loop-queue.ts";
import { mediaTypes } from "../oci/media-type.ts";
import { formatContentRange, type Slice } from "../oci/range.ts";

/** The content that the parts are taken from. */
export type Content = Uint8Array<ArrayBuffer> | Blob;

/** The content type and the body of a response with several parts. */
export interface Multipart {
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/**
 * Makes one part for each slice, in the order of the slices. It never joins slices, because containers/image counts
 * the parts and takes the first one as the answer to its first range. A short response is built at once and has a
 * Content-Length. A longer one is read from the file as the client receives it.
 */
export async function multipart(content: Content, slices: readonly Slice[], size: number): Promise<Multipart> {
  const text = new PartText(size);
  const pieces = packed(piecesOf(content, slices, text));
  const bytes = await eventLoopQueue.goOn("measure parts of a blob", () => lengthOf(slices, text));
  const isShort = bytes <= httpLimits.multipartPieceBytes;
  return {
    contentType: `multipart/byteranges; boundary=${text.boundary}`,
    body: isShort ? await joined(pieces) : streamed(pieces),
  };
}

/**
 * The text before each part. It is ASCII. It is made when it is sent, so that a slow client does not keep up to 1,024
 * such texts in memory.
 */
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

/** The length of the whole response, in bytes. */
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

/**
 * One limit for the process: without it, the reads of hundreds of such responses would complete in the same turn of
 * the event loop and delay all other requests.
 */
const reads = new Semaphore(httpLimits.multipartReads);

async function* readSlice(content: Content, { start, end }: Slice): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = start; at < end; at += httpLimits.multipartPieceBytes) {
    const until = Math.min(at + httpLimits.multipartPieceBytes, end);
    const piece =
      content instanceof Blob ? await reads.with(() => content.slice(at, until).bytes()) : content.subarray(at, until);
    // The response is interrupted: further bytes would be in the wrong place.
    if (piece.length !== until - at) throw new Error(`the blob ends before ${until}`);
    yield piece;
  }
}

/** Joins small pieces, because the runtime writes to the socket for each piece. */
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

/** A stream that reads a piece only after the socket has accepted the previous one. */
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
