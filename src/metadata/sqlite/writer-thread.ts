/// <reference lib="webworker" />
/**
 * The one writer of a database, in a thread of its own: its commits wait for the disk, and nothing else does.
 * A group is one transaction, in which a write that fails takes no other with it.
 */
import { SQLiteError, type Database } from "bun:sqlite";
import { migrations } from "../sql/migrations.ts";
import type { Operation } from "../sql/operation.ts";
import { writes as operations } from "../sql/operations.ts";
import { drive, openForWriting } from "./connection.ts";
import type { FromWriter, ToWriter, Write, WriteResult } from "./messages.ts";
import { migrate, SchemaTooNew } from "./migrate.ts";

declare const self: Worker;

let database: Database;

self.onmessage = (event: MessageEvent<ToWriter>) => {
  const message = event.data;
  switch (message.kind) {
    case "open":
      return reply(open(message.path));
    case "group":
      return reply(commit(message.writes));
    case "close":
      database.close();
      return reply({ kind: "closed" });
  }
};

function reply(message: FromWriter): void {
  self.postMessage(message);
}

function open(path: string): FromWriter {
  try {
    database = openForWriting(path);
    migrate(database, migrations);
    return { kind: "opened" };
  } catch (error) {
    return { kind: "refused", schemaTooNew: error instanceof SchemaTooNew, reason: (error as Error).message };
  }
}

/** A savepoint makes SQLite copy each page that a write changes: only a group in which one fails is done again with them. */
function commit(group: readonly Write[]): FromWriter {
  try {
    return transaction(() => group.map((write) => ({ value: result(write) })));
  } catch (error) {
    if (!isOfOneWrite(error)) return failure(error);
  }
  try {
    return transaction(() => group.map(attempt));
  } catch (error) {
    return failure(error);
  }
}

function transaction(work: () => readonly WriteResult[]): FromWriter {
  database.query("BEGIN IMMEDIATE").run();
  try {
    const results = work();
    database.query("COMMIT").run();
    return { kind: "committed", results };
  } catch (error) {
    if (database.inTransaction) database.query("ROLLBACK").run();
    throw error;
  }
}

function attempt(write: Write): WriteResult {
  database.query("SAVEPOINT operation").run();
  try {
    const value = result(write);
    database.query("RELEASE operation").run();
    return { value };
  } catch (error) {
    if (!isOfOneWrite(error)) throw error;
    database.query("ROLLBACK TO operation").run();
    database.query("RELEASE operation").run();
    return { error: (error as Error).message };
  }
}

function result({ operation, parameters }: Write): unknown {
  const start = operations[operation] as (...parameters: readonly unknown[]) => Operation<unknown>;
  return drive(database, start(...parameters));
}

/** A full disk, a failing one or a damaged file concern the whole group. */
function isOfOneWrite(error: unknown): boolean {
  return !(error instanceof SQLiteError) || error.code?.startsWith("SQLITE_CONSTRAINT") === true;
}

function failure(error: unknown): FromWriter {
  return { kind: "failed", reason: (error as Error).message, fatal: !isPassing(error) };
}

/** A full disk or a lock passes; after any other failure to commit nobody knows what the disk holds. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof SQLiteError && (error.code === "SQLITE_FULL" || error.code?.startsWith("SQLITE_BUSY") === true)
  );
}
