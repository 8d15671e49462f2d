/** Tests of failing requests to another registry, and their messages. */
import { afterAll, describe, expect, test } from "bun:test";
import { makeCertificate } from "../../test/support/certificate.ts";
import { rejectionOf } from "../../test/support/rejection.ts";
import { clientLimits } from "./limits.ts";
import { ociLimits } from "../oci/limits.ts";
import { parseHost } from "../oci/host.ts";
import { ClientError } from "./client-error.ts";
import { Connection, type Ask, type Endpoint } from "./connection.ts";

type Handler = (request: Request, path: string) => Response | Promise<Response>;

const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

function serverOf(handler: Handler, tls?: { readonly cert: string; readonly key: string }): string {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls && { tls }),
    fetch: (request) => handler(request, new URL(request.url).pathname),
  });
  ends.push(() => server.stop(true));
  return `127.0.0.1:${server.port}`;
}

function connect(host: string, endpoint: Partial<Endpoint> = { plainHttp: true }): Connection {
  return new Connection({ host: parseHost(host)!, ...endpoint });
}

const get = (path: string): Ask => ({ method: "GET", path, expected: [200] });

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(ClientError);
  const { failure, message } = error as ClientError;
  return `${failure}: ${message}`;
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe("a reply", () => {
  test("has its status, headers and body unchanged", async () => {
    const gzip = Bun.gzipSync(Buffer.from("compressed"));
    const host = serverOf((request) => {
      const headers = { "content-encoding": "gzip", "x-accept": request.headers.get("accept-encoding")! };
      return new Response(gzip, { headers });
    });
    const { status, headers, body } = await connect(host).ask(get("/v2/"));
    expect([status, headers.get("x-accept")]).toEqual([200, "identity"]);
    expect(new Uint8Array(body)).toEqual(new Uint8Array(gzip));
  });

  test("with an unexpected status is reported with the registry's reasons", async () => {
    const errors = [{ code: "DENIED", message: "not today" }, { code: "UNKNOWN" }, 7];
    const host = serverOf((_, path) =>
      path === "/json" ? Response.json({ errors }, { status: 500 }) : new Response("<html>", { status: 502 }),
    );
    expect(await failureOf(connect(host).ask(get("/json")))).toBe(
      "answer: GET /json was answered 500: DENIED not today; UNKNOWN",
    );
    expect(await failureOf(connect(host).ask(get("/html")))).toBe("answer: GET /html was answered 502");
  });

  test.each([401, 403])("%d requires missing credentials", async (status) => {
    const host = serverOf(() => new Response(null, { status }));
    expect(await failureOf(connect(host).ask(get("/v2/")))).toContain("requires credentials");
  });

  test("CONV-06 that is too large is refused", async () => {
    const host = serverOf(() => new Response(new Uint8Array(ociLimits.answerBytes + 1)));
    expect(await failureOf(connect(host).ask(get("/v2/")))).toContain(`larger than ${ociLimits.answerBytes} bytes`);
  });
});

describe("a redirected read", () => {
  test("CONV-06 follows, also to another host, but not forever", async () => {
    const other = serverOf(() => new Response("from there"));
    const host = serverOf((_, path) =>
      Response.redirect(path === "/away" ? `http://${other}/blob` : `${path}/more`, 307),
    );
    const { body, url } = await connect(host).ask(get("/away"));
    expect([text(body), url.host]).toEqual(["from there", other]);
    expect(await failureOf(connect(host).ask(get("/loop")))).toContain(`more than ${clientLimits.redirects} times`);
  });

  test("CONV-06 does not follow a redirect from TLS to HTTP, or to another scheme", async () => {
    const pair = makeCertificate();
    const plain = serverOf(() => new Response("plain"));
    const host = serverOf(
      (_, path) => Response.redirect(path === "/file" ? "file:///etc/passwd" : `http://${plain}/`),
      pair,
    );
    const secure = connect(host, { ca: pair.cert });
    expect(await failureOf(secure.ask(get("/plain")))).toContain("is not followed");
    expect(await failureOf(secure.ask(get("/file")))).toContain("is not followed");
  });

  test("is followed only for reads", async () => {
    const host = serverOf(() => Response.redirect("/elsewhere", 307));
    const put = connect(host).ask({ method: "PUT", path: "/v2/", body: new Uint8Array(3), expected: [201] });
    expect(await failureOf(put)).toContain("PUT /v2/ was answered 307");
  });
});

describe("a streamed body", () => {
  test("arrives with its length, and is not buffered", async () => {
    const size = 100_000_000;
    const piece = new Uint8Array(1_000_000);
    let ahead = 0;
    let sent = 0;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (; sent < size; sent += piece.length) yield piece;
    }
    const host = serverOf(async (request) => {
      let received = 0;
      for await (const part of request.body!) {
        received += part.length;
        ahead = Math.max(ahead, sent - received);
      }
      return Response.json([received, request.headers.get("content-length")], { status: 201 });
    });
    const put: Ask = { method: "PUT", path: "/", body: { size, bytes: bytes() }, expected: [201] };
    const { body } = await connect(host).ask(put);
    expect(JSON.parse(text(body))).toEqual([size, String(size)]);
    expect(ahead).toBeLessThan(size / 2);
  });

  test("whose source fails fails with it", async () => {
    const host = serverOf(async (request) => new Response(await request.bytes()));
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new ClientError("unreachable", "the source broke");
    }
    const put = connect(host).ask({ method: "PUT", path: "/", body: { size: 20, bytes: failing() }, expected: [201] });
    expect(await failureOf(put)).toBe("unreachable: the source broke");
  });
});

describe("no reply", () => {
  test("if nothing listens", async () => {
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    const host = `127.0.0.1:${server.port}`;
    await server.stop(true);
    expect(await failureOf(connect(host).ask(get("/")))).toBe(
      `unreachable: cannot connect to ${host}: connection refused`,
    );
  });

  test("from a missing host", async () => {
    expect(await failureOf(connect("nowhere.invalid").ask(get("/")))).toContain(
      "the host nowhere.invalid does not exist",
    );
  });

  test("by TLS, from a server without it", async () => {
    const host = serverOf(() => new Response());
    expect(await failureOf(connect(host, {}).ask(get("/")))).toBe(`no-tls: ${host} does not speak TLS`);
  });

  test("from a server with an untrusted certificate; with its authority it is trusted", async () => {
    const pair = makeCertificate();
    const host = serverOf(() => new Response("secure"), pair);
    expect(await failureOf(connect(host, {}).ask(get("/")))).toContain("untrusted: the certificate of");
    expect(await failureOf(connect(host, { ca: makeCertificate().cert }).ask(get("/")))).toContain("untrusted: ");
    expect(text((await connect(host, { ca: pair.cert }).ask(get("/"))).body)).toBe("secure");
  });

  test("CONV-06 from a server that stops sending, before or within its reply", async () => {
    const never = new Promise<never>(() => {});
    const half = () => {
      let given = false;
      return new ReadableStream({
        pull(controller) {
          if (given) return never;
          given = true;
          controller.enqueue(new Uint8Array(10));
          return undefined;
        },
      });
    };
    const host = serverOf((_, path) => (path === "/half" ? new Response(half()) : never));
    const impatient = connect(host, { plainHttp: true, silenceMs: 200 });
    for (const path of ["/", "/half"]) {
      expect(await failureOf(impatient.ask(get(path)))).toBe(`unreachable: ${host} does not answer`);
    }
  });

  test("if the connection breaks before the end of the reply", async () => {
    const broken = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data(socket) {
          socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
        },
      },
    });
    ends.push(() => broken.stop(true));
    const host = `127.0.0.1:${broken.port}`;
    expect(await failureOf(connect(host).ask(get("/")))).toBe(`unreachable: the connection to ${host} broke`);
  });
});
