import type { Server } from "bun";
import type { Body } from "../api/describe.ts";
import { limits } from "../base/limits.ts";
import { Spacing } from "../base/spacing.ts";
import { turns } from "../base/turns.ts";
import { RegistryError } from "../oci/errors.ts";
import { BodyInterrupted } from "../registry/chunk.ts";

type AnyServer = Server<unknown>;

/** A body that is wanted. */
export type TakenBody = Exclude<Body, { readonly kind: "none" }>;

/** The request's body as its row takes it: bytes, or a stream. */
export async function readBody(body: TakenBody, request: Request, server: AnyServer): Promise<unknown> {
  const announced = announcedBytes(request);
  // What says itself that it is too large is refused before a byte of it is read.
  if ((announced ?? 0) > body.maxBytes) throw tooLarge(body.maxBytes);
  const isShort = announced !== undefined && announced > 0 && announced <= limits.bodyReadAtOnceBytes;
  if (body.kind === "stream") return isShort ? inOne(request, server) : streamOf(request, server, body.maxBytes);
  if (isShort) return short(request, server);
  if (announced !== undefined && announced <= limits.manifestReadAtOnceBytes) {
    return collect(streamOf(request, server, body.maxBytes));
  }
  await largeBodies.turn();
  return announced === undefined ? collect(streamOf(request, server, body.maxBytes)) : whole(request);
}

/** What arrives of large bodies in one turn of the loop is copied in that turn: so they do not all arrive in the same one. */
const largeBodies = new Spacing(limits.largeBodiesApartMs);

/** Undefined where the body comes chunked, or where two lengths that agree reach us joined. */
export function announcedBytes(request: Request): number | undefined {
  const length = request.headers.get("content-length") ?? "";
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/**
 * The bytes as they arrive. Bun's own idle timer cuts slow senders and spares silent ones, so it is wound up anew for each
 * chunk, and stands still while we are the ones who are working (docs/decisions/0001).
 */
async function* streamOf(request: Request, server: AnyServer, maxBytes: number): AsyncGenerator<Uint8Array> {
  // No body, but perhaps long work: the end of a large upload may have to be hashed again.
  if (!request.body) {
    server.timeout(request, 0);
    return;
  }
  let received = 0;
  server.timeout(request, limits.uploadSilenceSeconds);
  try {
    for await (const bytes of request.body) {
      server.timeout(request, 0);
      received += bytes.length;
      if (received > maxBytes) throw tooLarge(maxBytes);
      yield bytes;
      server.timeout(request, limits.uploadSilenceSeconds);
    }
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw new BodyInterrupted((error as Error).message);
  } finally {
    server.timeout(request, 0);
  }
}

/**
 * A short body has usually come with its head: to open a stream for it costs more than the rest of the request. As a whole it has
 * the time that a longer one has for each chunk; of one that breaks off, nothing is kept.
 */
async function short(request: Request, server: AnyServer): Promise<Uint8Array> {
  server.timeout(request, limits.uploadSilenceSeconds);
  try {
    return await whole(request);
  } finally {
    server.timeout(request, 0);
  }
}

/** Not before it is asked for: who refuses a request may never ask. */
async function* inOne(request: Request, server: AnyServer): AsyncGenerator<Uint8Array> {
  yield await short(request, server);
}

/** A chunk of a body is an object of its own; a body of announced length is faster put together by the runtime. */
async function whole(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (error) {
    throw new BodyInterrupted((error as Error).message);
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const bytes of stream) chunks.push(bytes);
  return chunks.length === 1 ? chunks[0]! : turns.run("put a body together", () => Buffer.concat(chunks));
}

function tooLarge(maxBytes: number): RegistryError {
  const message = `the body is larger than ${maxBytes} bytes`;
  return new RegistryError("BODY_TOO_LARGE", { message, detail: { limit: maxBytes } });
}
