/// <reference lib="webworker" />
/**
 * The only writer of a database. It runs in a separate thread, so that only its commits wait for the disk. After a
 * failure it tries to write again at intervals, and reports success.
 */
import { metadataLimits } from "../limits.ts";
import { releaseBuffersOf } from "./bytes-of-writes.ts";
import type { FromWriter, ToWriter, Write } from "./messages.ts";
import { SchemaTooNew } from "./migrate.ts";
import { CommitUnknown, FilesChanged, passes, WriteConnection } from "./write-connection.ts";

declare const self: Worker;

let connection: WriteConnection;
/** Why nothing is written; undefined while writes are accepted. */
let fault: string | undefined;
let fileCheck: ReturnType<typeof setInterval> | undefined;

self.onmessage = (event: MessageEvent<ToWriter>) => {
  const message = event.data;
  switch (message.kind) {
    case "open":
      return reply(open(message.path));
    case "group":
      reply(commit(message.writes));
      for (const { parameters } of message.writes) releaseBuffersOf(parameters);
      return;
    case "close":
      clearInterval(fileCheck);
      connection.close();
      return reply({ kind: "closed" });
  }
};

function reply(message: FromWriter): void {
  self.postMessage(message);
}

function open(path: string): FromWriter {
  try {
    connection = new WriteConnection(path);
    fileCheck = setInterval(checkFiles, metadataLimits.databaseFilesCheckMs);
    return { kind: "opened" };
  } catch (error) {
    return { kind: "refused", schemaTooNew: error instanceof SchemaTooNew, reason: messageOf(error) };
  }
}

function commit(group: readonly Write[]): FromWriter {
  if (fault !== undefined) return { kind: "failed", reason: fault, unknown: false };
  try {
    return { kind: "committed", results: connection.commit(group) };
  } catch (error) {
    if (!passes(error)) fail(error);
    return { kind: "failed", reason: messageOf(error), unknown: isUnknown(error) };
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof CommitUnknown || error instanceof FilesChanged;
}

function checkFiles(): void {
  if (fault !== undefined) return;
  try {
    connection.checkFiles();
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  tellFault(`the metadata store failed: ${messageOf(error)}`);
  setTimeout(tryAgain, metadataLimits.writerRetryMs);
}

function tryAgain(): void {
  const began = performance.now();
  try {
    connection.reopen();
    tellFault(undefined);
  } catch (error) {
    tellFault(`the metadata store failed: ${messageOf(error)}`);
    // Checking the pages of a large damaged database takes long, so the pause grows with the duration.
    setTimeout(tryAgain, Math.max(metadataLimits.writerRetryMs, 10 * (performance.now() - began)));
  }
}

function tellFault(reason: string | undefined): void {
  if (reason === fault) return;
  fault = reason;
  reply({ kind: "fault", reason });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
