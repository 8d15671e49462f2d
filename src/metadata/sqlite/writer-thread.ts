/// <reference lib="webworker" />
/**
 * The one writer of a database, in a thread of its own: its commits wait for the disk, and nothing else does.
 * A group is one transaction with a savepoint for each write, so that one that fails takes no other with it.
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

function commit(group: readonly Write[]): FromWriter {
  try {
    database.run("BEGIN IMMEDIATE");
    const results = group.map(attempt);
    database.run("COMMIT");
    return { kind: "committed", results };
  } catch (error) {
    if (database.inTransaction) database.run("ROLLBACK");
    return { kind: "failed", reason: (error as Error).message, fatal: !isPassing(error) };
  }
}

function attempt({ operation, parameters }: Write): WriteResult {
  database.run("SAVEPOINT operation");
  try {
    const start = operations[operation] as (...parameters: readonly unknown[]) => Operation<unknown>;
    const value = drive(database, start(...parameters));
    database.run("RELEASE operation");
    return { value };
  } catch (error) {
    // A full disk, a failing one or a damaged file concern the whole group, not this write alone.
    if (error instanceof SQLiteError && !error.code?.startsWith("SQLITE_CONSTRAINT")) throw error;
    database.run("ROLLBACK TO operation");
    database.run("RELEASE operation");
    return { error: (error as Error).message };
  }
}

/** A full disk or a lock passes; after any other failure to commit nobody knows what the disk holds. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof SQLiteError && (error.code === "SQLITE_FULL" || error.code?.startsWith("SQLITE_BUSY") === true)
  );
}
