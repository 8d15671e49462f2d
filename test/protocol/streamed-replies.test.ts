/** Replies of unknown length, from end to end. No operation of the API has one yet, so the tests have their own row. */
import { connect } from "node:net";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { futureTable } from "../support/future-rows.ts";
import {
  fail,
  forever,
  handlersWith,
  pieceBytes,
  serveFuture,
  silentReader,
  Source,
} from "../support/future-server.ts";
import { patienceMs } from "../support/patience.ts";
import { serveTable } from "../support/table-server.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

/** Waits until the source makes no more pieces, because its client accepts none. */
async function stalled(source: Source): Promise<void> {
  let [last, looks] = [-1, 0];
  await until(() => {
    looks = source.pieces === last && last > 0 ? looks + 1 : 0;
    last = source.pieces;
    return looks > 25;
  });
}

/** Whatever the server sends until it closes the connection. */
function readToEnd(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const texts: string[] = [];
    socket.on("data", (bytes) => texts.push(bytes.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(texts.join("")));
    socket.write("GET /admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  });
}

const lastChunk = "0\r\n\r\n";

describe("a streamed reply", () => {
  test("has all pieces of its source, and ends cleanly", async () => {
    const source = new Source(40);
    await using server = await serveFuture(source.open);
    const reply = await fetch(`${server.url}/admin/events`);
    expect([reply.status, reply.headers.get("content-type"), reply.headers.get("cache-control")]).toEqual([
      200,
      "application/x-ndjson",
      "no-store",
    ]);
    expect((await reply.bytes()).length).toBe(40 * pieceBytes);
    await until(() => server.recorder.events.length === 1);
    expect(server.recorder.events).toEqual([
      expect.objectContaining({ row: "event-list", status: 200, sentBytes: 40 * pieceBytes }),
    ]);
    expect(server.recorder.events[0]).not.toHaveProperty("error");
  });

  test("waits for a client that reads nothing, and ends when it disconnects", async () => {
    const source = new Source(4_000);
    await using server = await serveFuture(source.open);
    const client = await silentReader(server);
    await stalled(source);
    // The buffers of the kernel take some megabytes.
    expect(source.pieces * pieceBytes).toBeLessThan(32 * 1024 * 1024);
    expect([source.ended, source.signal?.aborted]).toEqual([false, false]);
    client.cut();
    await until(() => source.ended && server.recorder.events.length === 1);
    expect(source.signal?.aborted).toBe(true);
    expect(server.recorder.events[0]).not.toHaveProperty("failure");
  });

  test("tells a source that waits for something that the client has disconnected", async () => {
    const source = new Source(1, forever);
    await using server = await serveFuture(source.open);
    const leaving = new AbortController();
    const reply = await fetch(`${server.url}/admin/events`, { signal: leaving.signal });
    const reader = reply.body!.getReader();
    // One read may return only a part of the piece that the source has sent.
    let received = 0;
    while (received < pieceBytes) received += (await reader.read()).value!.length;
    expect(received).toBe(pieceBytes);
    leaving.abort();
    await until(() => source.signal?.aborted === true);
  });

  test("breaks the connection if its source fails, so that a part does not look like the whole", async () => {
    const source = new Source(3, fail);
    await using server = await serveFuture(source.open);
    const received = await readToEnd(server.port);
    expect(received).toStartWith("HTTP/1.1 200");
    expect(received).not.toEndWith(lastChunk);
    const reply = await fetch(`${server.url}/admin/events`).catch(() => undefined);
    expect(await reply?.bytes().catch(() => undefined)).toBeUndefined();
    await until(() => server.recorder.events.length === 2);
    for (const event of server.recorder.events) {
      expect(event).toMatchObject({ status: 200, failure: "INTERNAL" });
      expect(event.error).toContain("the source is broken");
    }
  });

  test("that cannot start because too many others are sent is refused with 429", async () => {
    const quiet = new Source(1, forever);
    await using server = await serveFuture(quiet.open, { budgets: { streamedReplies: 1, waitMs: 50 } });
    const leaving = new AbortController();
    await fetch(`${server.url}/admin/events`, { signal: leaving.signal });
    const refused = await fetch(`${server.url}/admin/events`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, expect.any(String)]);
    leaving.abort();
    await until(() => quiet.signal!.aborted);
    expect((await fetch(`${server.url}/admin/events`)).status).toBe(200);
  });

  test("frees its place if the reply cannot be made, because a header is invalid", async () => {
    const source = new Source(1);
    let cacheControl = "a\nb";
    const handlers = handlersWith(source.open);
    const eventList = () =>
      ({ outcome: "events", headers: { "Cache-Control": cacheControl }, body: source.open }) as const;
    const budgets = { streamedReplies: 1, waitMs: 50 };
    await using server = await serveTable(futureTable, { ...handlers, eventList }, { budgets });
    expect((await fetch(`${server.url}/admin/events`)).status).toBe(500);
    cacheControl = "no-store";
    expect((await fetch(`${server.url}/admin/events`)).status).toBe(200);
  });

  test("gives its place to another client if its own accepts no bytes", async () => {
    const source = new Source(4_000);
    await using server = await serveFuture(source.open, { budgets: { streamedReplies: 1, slowAfterMs: 1 } });
    const slow = await silentReader(server);
    await stalled(source);
    const signal = source.signal!;
    const next = await fetch(`${server.url}/admin/events`);
    expect([next.status, signal.aborted]).toEqual([200, true]);
    await until(() => server.recorder.events.length === 1);
    expect(server.recorder.events[0]!.error).toContain("too slowly");
    slow.cut();
  });

  test("has a HEAD that does not open its source", async () => {
    const source = new Source(1);
    await using server = await serveFuture(source.open);
    const { status, headers } = await fetch(`${server.url}/admin/events`, { method: "HEAD" });
    expect([status, headers.get("cache-control"), headers.has("content-length")]).toEqual([200, "no-store", false]);
    expect(source.signal).toBeUndefined();
  });
});
