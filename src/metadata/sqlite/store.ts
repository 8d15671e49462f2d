import type { Database } from "bun:sqlite";
import { eventLoopQueue } from "../../base/async/event-loop-queue.ts";
import type { Operation } from "../sql/operation.ts";
import { reads as readOperations, writes as writeOperations } from "../sql/operations.ts";
import { allBytes, type MetadataReads, type MetadataStore, type MetadataWrites } from "../store.ts";
import { CommitMark } from "./commit-mark.ts";
import { openForReading, read } from "./connection.ts";
import { Lookups } from "./lookups.ts";
import type { Writing } from "./messages.ts";
import { Writer, type WriterOptions } from "./writer.ts";

type AnyOperation = (...parameters: readonly unknown[]) => Operation<unknown>;

/**
 * Opens a metadata store in one SQLite file, with one writer thread and a read-only connection for the calling thread.
 * In WAL mode readers never wait, and see each commit as soon as it is acknowledged.
 */
export async function openSqliteStore(path: string, options?: WriterOptions): Promise<MetadataStore> {
  return openStoreOver(path, await Writer.open(path, options));
}

/** Opens a metadata store whose writer is in another thread or process. */
export function openStoreOver(path: string, writer: Writing): MetadataStore {
  const reader = openForReading(path);
  // The index of the log exists once a connection has read.
  reader.query("PRAGMA data_version").get();
  const mark = new CommitMark(path);
  const reads = readMethods(reader);
  const lookups = new Lookups(path, (...parameters) => reads.references(...parameters));
  return {
    version: () => mark.read(),
    ...reads,
    references: (...parameters) => lookups.references(...parameters),
    ...writeMethods(writer),
    get fault() {
      return writer.fault;
    },
    async close() {
      // The writer closes last: a read-only connection cannot remove the log.
      lookups.close();
      reader.close();
      await writer.close();
      mark.close();
    },
  };
}

function readMethods(reader: Database): MetadataReads {
  const methods = Object.entries(readOperations).map(([name, operation]) => [
    name,
    // A promise, although the rows are available at once: a store behind a network can then have the same interface.
    // Rows are read on this thread, so long lists take turns in the event loop's queue.
    (...parameters: readonly unknown[]) =>
      eventLoopQueue.run(kindOf(name, parameters), () => read(reader, (operation as AnyOperation)(...parameters))),
  ]);
  return Object.fromEntries(methods) as MetadataReads;
}

/**
 * The kind of work in the event loop's queue. Reads of manifests with all of their bytes take longer than reads of
 * their records.
 */
function kindOf(name: string, parameters: readonly unknown[]): string {
  return parameters.at(-1) === allBytes ? `${name} with its bytes` : name;
}

function writeMethods(writer: Writing): MetadataWrites {
  const methods = Object.keys(writeOperations).map((name) => [
    name,
    (...parameters: readonly unknown[]) => writer.write({ operation: name as keyof MetadataWrites, parameters }),
  ]);
  return Object.fromEntries(methods) as MetadataWrites;
}
