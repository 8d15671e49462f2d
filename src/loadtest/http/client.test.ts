import { afterEach, describe, expect, test } from "bun:test";
import type { Socket } from "bun";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { Failure } from "../failure.ts";
import { Client } from "./client.ts";

type Reply = (socket: Socket, received: string, connection: number) => void;

const opened: { stop(force: boolean): void }[] = [];
const clients: Client[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  for (const server of opened.splice(0)) server.stop(true);
});

/** Starts a server that answers each received piece as the test says, and returns a client for it. */
function clientOf(reply: Reply, silenceMs?: number) {
  let connections = 0;
  const server = Bun.listen<{ nth: number }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        connections += 1;
        socket.data = { nth: connections };
      },
      data: (socket, bytes) => reply(socket as Socket<unknown> as Socket, bytes.toString("latin1"), socket.data.nth),
    },
  });
  opened.push(server);
  const origin = { hostname: "127.0.0.1", port: server.port, host: `127.0.0.1:${server.port}` };
  const client = new Client(origin, silenceMs);
  clients.push(client);
  return { client, server, connections: () => connections };
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const get = (client: Client) => client.ask(client.request("GET", "/"), 200);

async function kindOf(promise: Promise<unknown>): Promise<string> {
  const failure = await rejectionOf(promise);
  if (!(failure instanceof Failure)) throw failure;
  return failure.kind;
}

test("a connection is reused", async () => {
  const { client, connections } = clientOf((socket) => void socket.write(ok));
  for (let nth = 0; nth < 3; nth += 1) expect((await get(client)).length).toBe(2);
  expect([connections(), client.requests]).toEqual([1, 3]);
});

test("a connection that the registry closes is opened again", async () => {
  const { client, connections } = clientOf(
    (socket) => void socket.end(ok.replace("OK\r\n", "OK\r\nConnection: close\r\n")),
  );
  for (let nth = 0; nth < 3; nth += 1) await get(client);
  expect(connections()).toBe(3);
});

test("a body may end with its connection", async () => {
  const { client } = clientOf((socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\nhello"));
  expect((await get(client)).length).toBe(5);
});

test("a large body arrives whole", async () => {
  const pieces = Array.from({ length: 64 }, () => new Uint8Array(100_000).fill(97));
  let received = 0;
  const { client } = clientOf((socket, text) => {
    received += text.length;
    if (text.endsWith("z")) socket.write(ok);
  });
  const body = { size: 6_400_001, pieces: [...pieces, Buffer.from("z")] };
  const request = client.request("PUT", "/", { body });
  await client.ask(request, 200);
  expect(received).toBe(request.bytes.length + body.size);
});

describe("failures have kinds", () => {
  test("another status, after which the connection is still usable", async () => {
    const { client, connections } = clientOf(
      (socket, _, nth) => void socket.write(nth === 1 ? ok.replace("200", "503") : ok),
    );
    expect([await kindOf(get(client)), await kindOf(get(client))]).toEqual(["status 503", "status 503"]);
    expect(connections()).toBe(1);
  });

  test("a reply while the body is sent, after which the connection is closed", async () => {
    const { client, connections } = clientOf((socket, text, nth) => {
      if (nth > 1) socket.write(ok);
      else if (text.startsWith("PUT")) {
        socket.pause();
        socket.write(ok.replace("200", "413"));
      }
    });
    const piece = new Uint8Array(1 << 20);
    const body = { size: 256 << 20, pieces: Array.from({ length: 256 }, () => piece) };
    expect(await kindOf(client.ask(client.request("PUT", "/", { body }), 201))).toBe("status 413");
    await get(client);
    expect(connections()).toBe(2);
  });

  test("a silent server", async () => {
    const { client } = clientOf((socket) => void socket.write(ok.slice(0, 10)), 20);
    expect(await kindOf(get(client))).toBe("silence");
  });

  test("a connection that ends too early, and the next one is good", async () => {
    const { client } = clientOf((socket, _, nth) => void (nth === 1 ? socket.end(ok.slice(0, -1)) : socket.write(ok)));
    expect(await kindOf(get(client))).toBe("broken connection");
    expect((await get(client)).length).toBe(2);
  });

  test("two replies to one request", async () => {
    const { client } = clientOf((socket) => void socket.write(`${ok}${ok}`));
    expect(await kindOf(get(client))).toBe("bad answer");
  });

  test("an address where nothing listens", async () => {
    const { client, server } = clientOf(() => undefined);
    server.stop(true);
    expect(await kindOf(get(client))).toBe("no connection");
  });
});
