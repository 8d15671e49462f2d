/// <reference lib="webworker" />
/**
 * A worker thread that looks up long lists of references with a separate connection, so that the event loop can answer
 * other requests meanwhile.
 */
import type { Database } from "bun:sqlite";
import { lowerThreadPriority } from "../../base/thread-priority.ts";
import { reads } from "../sql/operations.ts";
import { StoreUnavailable, type FoundReferences, type MetadataReads } from "../store.ts";
import { openForReading, read } from "./connection.ts";

declare const self: Worker;

/** A lookup request. Each one has the path, because the first request opens the database. */
export interface ToLookup {
  readonly path: string;
  readonly parameters: Parameters<MetadataReads["references"]>;
}

/** The reply to a lookup request. */
export type FromLookup =
  | { readonly found: FoundReferences }
  | { readonly error: string }
  | { readonly unavailable: string };

lowerThreadPriority();

let database: Database | undefined;

self.onmessage = ({ data }: MessageEvent<ToLookup>) => self.postMessage(answer(data));

function answer({ path, parameters }: ToLookup): FromLookup {
  try {
    database ??= openForReading(path);
    return { found: read(database, reads.references(...parameters)) };
  } catch (error) {
    const { message } = error as Error;
    return error instanceof StoreUnavailable ? { unavailable: message } : { error: message };
  }
}
