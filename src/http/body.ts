import type { Server } from "bun";
import { releaseBuffer } from "../base/release-buffer.ts";
import { httpLimits } from "./limits.ts";
import { ociLimits } from "../oci/limits.ts";
import { eventLoopQueue } from "../base/async/event-loop-queue.ts";
import { RegistryError } from "../oci/errors.ts";
import { BodyInterrupted } from "../registry/uploads/chunk.ts";
import type { Bodies, BufferedBody, TakenBody } from "./bodies.ts";
import { HeldBytes } from "./held-bytes.ts";
import { joinedPieces } from "./joined-pieces.ts";
import { readJson, requireJson } from "./json-body.ts";
import type { Cut, Transfer } from "./transfer.ts";

/** The source of a request body, and the budgets that it is charged to. */
export interface Source {
  readonly request: Request;
  readonly server: Server<unknown>;
  readonly bodies: Bodies;
  readonly transfer: Transfer;
}

/** Reads the request's body in the form that its row requires: bytes, a stream, or the value of a JSON document. */
export async function readBody(body: TakenBody, source: Source): Promise<unknown> {
  if (body.kind !== "json") return readContent(body, source);
  requireJson(source.request.headers);
  return readJson(await readContent(body, source), body.schema);
}

function readContent(body: BufferedBody, source: Source): Promise<Uint8Array>;
function readContent(body: TakenBody, source: Source): Promise<Uint8Array | AsyncGenerator<Uint8Array>>;
async function readContent({ kind, maxBytes }: TakenBody, source: Source) {
  const { request, server, bodies, transfer } = source;
  const announced = announcedBytes(request);
  // A body whose announced length is too large is refused before a byte of it is read.
  if ((announced ?? 0) > maxBytes) throw tooLarge(maxBytes);
  // Bun's timer closes slow connections but not silent ones. `Bodies` watches the clients instead.
  server.timeout(request, 0);
  const isShort = announced !== undefined && announced > 0 && announced <= httpLimits.bodyReadAtOnceBytes;
  const room = bodies.takeAny(transfer, request);
  if (room) await room;
  if (kind === "stream") return isShort ? inOne(source) : written(source, maxBytes);
  if (!isShort) return buffered(source, announced, maxBytes);
  const smallRoom = bodies.takeSmall(transfer, announced, request);
  if (smallRoom) await smallRoom;
  return short(source);
}

/**
 * The announced length; undefined if the body has chunked encoding, or if Bun has joined two equal lengths with a
 * comma.
 */
export function announcedBytes(request: Request): number | undefined {
  const length = request.headers.get("content-length") ?? "";
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/**
 * Reads a blob. When more than `httpLimits.bodyReadAtOnceBytes` has arrived, it takes a place among the requests that
 * write.
 */
function written(source: Source, maxBytes: number): AsyncGenerator<Uint8Array> {
  const { request, bodies, transfer } = source;
  let hasPlace = false;
  return joinedPieces(piecesOf(source, maxBytes), () => {
    // The bytes of a disconnected client take no place: the wait would end at once, and the bytes would be lost.
    if (hasPlace || transfer.received <= httpLimits.bodyReadAtOnceBytes || transfer.cut || request.signal.aborted)
      return;
    hasPlace = true;
    return bodies.takeWrite(transfer, request);
  });
}

/** Why the registry has stopped waiting for the rest of a body. */
const cutReasons: Readonly<Record<Cut, string>> = {
  silent: "the client sent nothing for too long",
  crowded: "the client was slow while other requests waited",
};

/** The bytes of a body, as they arrive. */
async function* piecesOf({ request, transfer }: Source, maxBytes: number): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (!reader) return;
  let ended = false;
  const interrupt = () => void reader.cancel().catch(() => undefined);
  try {
    while (!ended) {
      transfer.awaits(interrupt);
      const { done, value } = await reader.read();
      transfer.came(value?.length ?? 0);
      if (transfer.cut) throw new BodyInterrupted(cutReasons[transfer.cut]);
      if (transfer.received > maxBytes) throw tooLarge(maxBytes);
      ended = done;
      if (value) yield value;
    }
  } catch (error) {
    if (error instanceof RegistryError || error instanceof BodyInterrupted) throw error;
    throw new BodyInterrupted((error as Error).message);
  } finally {
    if (!ended) interrupt();
  }
}

/**
 * Reads a short body as a whole. It has usually arrived with the request headers, and a stream for it would cost more
 * than the rest of the request. If the body is interrupted, its bytes are lost.
 */
async function short({ request, transfer }: Source): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array(
      await new Promise<ArrayBuffer>((resolve, reject) => {
        transfer.awaits(() => reject(new Error("the client was slow")));
        request.arrayBuffer().then(resolve, reject);
      }),
    );
    transfer.came(bytes.length);
    return bytes;
  } catch (error) {
    throw new BodyInterrupted((error as Error).message);
  }
}

/**
 * Reads a short body as a stream of one piece. It starts only when the caller requests the piece, because a refused
 * request never does.
 */
async function* inOne(source: Source): AsyncGenerator<Uint8Array> {
  yield await short(source);
}

/**
 * Reads a body into memory. The memory budget is charged for the bytes that have arrived. A large body is charged as
 * a whole, so that it need not wait halfway.
 */
async function buffered(source: Source, announced: number | undefined, maxBytes: number): Promise<Uint8Array> {
  const { request, bodies, transfer } = source;
  // A body that will be refused need not be read.
  if ((announced ?? 0) > ociLimits.manifestReadAtOnceBytes) bodies.refuseLarge(transfer);
  const collected = new HeldBytes(announced, maxBytes);
  let isLarge = false;
  for await (const bytes of piecesOf(source, maxBytes)) {
    // In the usual case the body arrives in one piece, and needs no copy.
    const isAll = bytes.length === announced;
    const isSmall = collected.length + bytes.length <= ociLimits.manifestReadAtOnceBytes;
    if (isSmall) await bodies.takeSmall(transfer, bytes.length, request);
    else if (!isLarge) await bodies.takeLarge(transfer, announced ?? maxBytes, request);
    isLarge ||= !isSmall;
    if (isAll) return bytes;
    if (isSmall) collected.add(bytes);
    else await eventLoopQueue.run("copy a part of a body", () => collected.add(bytes));
    releaseBuffer(bytes);
  }
  return collected.bytes();
}

function tooLarge(maxBytes: number): RegistryError {
  const message = `the body is larger than ${maxBytes} bytes`;
  return new RegistryError("BODY_TOO_LARGE", { message, detail: { limit: maxBytes } });
}
