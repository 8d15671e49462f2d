/** A server for the table of `future-rows.ts`, and what its tests send. */
import type { StreamSource } from "../../src/api/handler-types.ts";
import type { HandlersOf } from "../../src/http/pipeline.ts";
import { futureTable, type FutureTable } from "./future-rows.ts";
import { RawConnection } from "./raw.ts";
import { serveTable, type TableOptions, type TableServer } from "./table-server.ts";

/** The URL of the redirect, unless a test gives another one. */
export const archiveUrl = "https://storage.example.com/archives/one?signature=abc";

/** Handlers whose stream has the given source, and whose redirect leads to the given URL. */
export function handlersWith(source: StreamSource, url = archiveUrl): HandlersOf<FutureTable> {
  return {
    webhookPut: ({ path, body }) => {
      // The types follow from the schema of the row.
      const { events, retries = 3 } = body;
      return { outcome: "stored", headers: {}, body: { name: `${path.webhook} ${events.length}`, retries } };
    },
    eventList: () => ({ outcome: "events", headers: { "Cache-Control": "no-store" }, body: source }),
    archiveGet: () => ({ outcome: "elsewhere", headers: { Location: url, "Cache-Control": "private, max-age=60" } }),
  };
}

/** A source without pieces. */
export async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Serves the table. The stream has this source. */
export function serveFuture(
  source: StreamSource = nothing,
  options?: TableOptions,
  url?: string,
): Promise<TableServer> {
  return serveTable(futureTable, handlersWith(source, url), options);
}

/** The document of a webhook. */
export const hook = { url: "https://example.com/hook", events: ["push"] };

/** A source of as many pieces as the client accepts, with what a test wants to know about it. */
export class Source {
  pieces = 0;
  signal: AbortSignal | undefined;
  ended = false;
  readonly #most: number;
  readonly #after: () => Promise<void>;

  constructor(most: number, after: () => Promise<void> = async () => undefined) {
    this.#most = most;
    this.#after = after;
  }

  readonly open: StreamSource = (signal) => {
    this.signal = signal;
    return this.#make();
  };

  async *#make(): AsyncGenerator<Uint8Array> {
    try {
      for (this.pieces = 0; this.pieces < this.#most; this.pieces += 1) yield new Uint8Array(pieceBytes);
      await this.#after();
    } finally {
      this.ended = true;
    }
  }
}

/** The size of a piece of `Source`, in bytes. */
export const pieceBytes = 64 * 1024;
/** Makes the source fail after its pieces. */
export const fail = () => Promise.reject(new Error("the source is broken"));
/** Makes the source wait after its pieces. */
export const forever = () => new Promise<void>(() => undefined);

/** A client that sends a request, and reads nothing. */
export async function silentReader({ port }: TableServer): Promise<RawConnection> {
  const connection = await RawConnection.open(port);
  connection.pause();
  await connection.sendRequest({ method: "GET", target: "/admin/events" });
  return connection;
}
