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
 * The metadata store in one SQLite file: one writer thread, and a read-only connection for this one. In WAL mode readers
 * never wait, and see each commit as soon as it was answered.
 */
export async function openSqliteStore(path: string, options?: WriterOptions): Promise<MetadataStore> {
  return openStoreOver(path, await Writer.open(path, options));
}

/** The same, with the writer in another process. */
export function openStoreOver(path: string, writer: Writing): MetadataStore {
  const reader = openForReading(path);
  // The index of the log is there once a connection has read.
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
      // The writer last: who may only read could not put the log away.
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
    // A promise, although the rows are there at once: the interface is also that of a store behind a network.
    // Rows are read on this thread: long lists take turns.
    (...parameters: readonly unknown[]) =>
      eventLoopQueue.run(kindOf(name, parameters), () => read(reader, (operation as AnyOperation)(...parameters))),
  ]);
  return Object.fromEntries(methods) as MetadataReads;
}

/** Manifests that are read with all of their bytes take longer than their records. */
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
