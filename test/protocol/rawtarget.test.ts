/** Malicious requests, byte by byte: targets, hosts and framings that are made to confuse. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushImage, startUpload } from "../support/push.ts";
import { exchange, headOf, RawConnection, rawCodesOf, type RawResponse } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "library/target";
/** The parent of the data directory, with files that no request may touch. */
const parent = mkdtempSync(join(tmpdir(), "lading-target-"));
const canary = "nobody may read or change this";

let registry: TestRegistry;
let digest: string;
beforeAll(async () => {
  writeFileSync(join(parent, "canary"), canary);
  writeFileSync(join(parent, "canary.json"), JSON.stringify({ canary }));
  registry = await startRegistry({ data: join(parent, "data") });
  ({
    layer: { digest },
  } = await pushImage(registry.url, name, "latest"));
});
afterAll(async () => {
  await registry.dispose();
  rmSync(parent, { recursive: true });
});

function send(method: string, target: string, headers: readonly (readonly [string, string])[] = [], body?: string) {
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
  return exchange(registry.port, { method, target, headers, ...(bytes && { body: bytes }) });
}

const readable = new TextDecoder("latin1");

/** Expects an error of Lading or of the HTTP parser, or a closed connection. */
function expectRefused(what: string, response: RawResponse | undefined): void {
  if (!response) return;
  const { status, body } = response;
  // The parser answers 505 to control characters in the request line, and no request results from it.
  if (status !== 505) expect([what, status >= 400 && status < 500]).toEqual([what, true]);
  expect(readable.decode(body)).not.toContain(canary);
}

const climbs = [
  "..",
  "%2e%2e",
  "%2E%2e",
  ".%2e",
  "..%2f..",
  "%2e%2e%2f",
  "..%5c",
  "%5c..",
  "%00",
  "a%00b",
  "%252e%252e",
  "%c0%ae%c0%ae",
  "%0d%0aX:y",
  "\xff\xfe",
  "%",
  "%zz",
  "~",
  "...",
  "a;b",
  "a#b",
];

/** The files in the data directory and next to it. */
function onDisk() {
  const names = readdirSync(parent, { recursive: true, encoding: "utf8" }).toSorted();
  return { names, canary: readFileSync(join(parent, "canary"), "latin1") };
}

describe("SEC-01 a target with path traversal", () => {
  const shapes: readonly (readonly [what: string, target: (text: string) => string])[] = [
    ["name", (text) => `/v2/${text}/tags/list`],
    ["part of a name", (text) => `/v2/library/${text}/blobs/${digest}`],
    ["end of a name", (text) => `/v2/${name}/${text}/manifests/latest`],
    ["tag", (text) => `/v2/${name}/manifests/${text}`],
    ["digest", (text) => `/v2/${name}/blobs/sha256:${text}`],
    ["session", (text) => `/v2/${name}/blobs/uploads/${text}`],
    ["session below", (text) => `/v2/${name}/blobs/uploads/${text}/canary`],
    ["file", (text) => `/v2/${text}/${text}/${text}/${text}/canary`],
    ["file at the root", (text) => `/${text}/${text}/canary.json`],
  ];
  for (const [what, target] of shapes) {
    test(`as ${what}: every method is refused, and no file is touched`, async () => {
      const untouched = onDisk();
      let answered = 0;
      for (const text of climbs) {
        for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
          const response = await send(
            method,
            target(text),
            [],
            method === "PUT" || method === "PATCH" ? "{}" : undefined,
          );
          expectRefused(`${method} ${target(text)}`, response);
          if (response) answered += 1;
        }
      }
      expect(answered).toBeGreaterThan(climbs.length * 4);
      expect(onDisk()).toEqual(untouched);
    });
  }

  test("in a query: the reply is a refusal or a plain listing", async () => {
    for (const text of climbs) {
      const mount = await send("POST", `/v2/${name}/blobs/uploads/?mount=${digest}&from=${text}`);
      // A failed mount starts an upload session.
      if (mount?.status !== 202) expectRefused(`from=${text}`, mount);
      const status = await send("PUT", `/v2/${name}/manifests/latest?digest=${text}`, [], "{}");
      expectRefused(`digest=${text}`, status);
      const list = await send("GET", `/v2/${name}/tags/list?last=${text}`);
      if (list && list.status === 200) {
        expect(Object.keys(JSON.parse(readable.decode(list.body)) as object)).toEqual(["name", "tags"]);
      } else expectRefused(`last=${text}`, list);
      expect(list?.headers.get("x")).toBeNull();
    }
  });
});

describe("PATH-02 dots and backslashes", () => {
  const spellings = [
    `/v2/x/../${name}/manifests/latest`,
    `/v2/x/%2e%2e/${name}/manifests/latest`,
    `/v2\\${name.replace("/", "\\")}\\manifests\\latest`,
    `/../../v2/${name}/./manifests/latest`,
  ];
  for (const target of spellings) {
    test(`${target} is the normalized path for the router and the policy`, async () => {
      const response = await send("GET", target);
      expect(response?.status).toBe(200);
      expect(registry.recorder.events.at(-1)).toMatchObject({
        path: `/v2/${name}/manifests/latest`,
        row: "manifest-get-tag",
      });
    });
  }

  test("empty segments are kept", async () => {
    for (const target of [
      `/v2//${name}/tags/list`,
      `/v2/${name}//tags/list`,
      `/v2/${name}/tags//list`,
      `/v2/library//target/tags/list`,
    ]) {
      expectRefused(target, await send("GET", target));
    }
    expect((await send("GET", `/v2/${name}/tags/list//`))?.status).toBe(404);
  });

  test("an encoded slash or backslash never separates segments", async () => {
    for (const target of [
      "/v2/library%2ftarget/tags/list",
      "/v2%2flibrary/target/tags/list",
      "/v2/library/target/tags%2flist",
      "/v2/library%5ctarget/tags/list",
      `/v2/${name}/blobs%2fuploads/`,
    ]) {
      expectRefused(target, await send("GET", target));
    }
  });
});

describe("SEC-03 ggcr#2193 ggcr#2258 Host and target", () => {
  test("no reply contains Host or X-Forwarded headers of the request", async () => {
    const headers = [
      ["Host", "evil.example"],
      ["X-Forwarded-Host", "evil.example"],
      ["X-Forwarded-Proto", "gopher"],
      ["X-Forwarded-Prefix", "/evil"],
      ["Forwarded", "host=evil.example;proto=gopher"],
    ] as const;
    const post = await send("POST", `/v2/${name}/blobs/uploads/`, headers);
    expect(post?.status).toBe(202);
    const list = await send("GET", `/v2/${name}/tags/list?n=1`, headers);
    for (const response of [post, list]) {
      expect(JSON.stringify([...response!.headers])).not.toMatch(/evil|gopher/);
    }
    expect(post?.headers.get("location")).toStartWith(`/v2/${name}/blobs/uploads/`);
  });

  for (const host of ["a/b?c@d", "a b", "", "/v2/", "x?y", "[::1", "a\tb", "-:-", "host:port", "host:99999999"]) {
    test(`a Host of ${JSON.stringify(host)} is refused, or is used only as a name`, async () => {
      const response = await send("GET", "/v2/", [["Host", host]]);
      if (response?.status === 200) expect(readable.decode(response.body)).toBe("{}");
      else expectRefused(host, response);
    });
  }

  test("an invalid Host is 400 in the error format of the API", async () => {
    const response = await send("GET", `/x/../v2/${name}/tags/list`, [["Host", "a/b?c@d"]]);
    expect([response?.status, rawCodesOf(response!)]).toEqual([400, ["UNSUPPORTED"]]);
    const head = await send("HEAD", "/v2/", [["Host", "a b"]]);
    expect([head?.status, head?.body.length]).toEqual([400, 0]);
  });

  test("L32 an HTTP/1.1 request without a Host or with several is 400", async () => {
    const connection = await RawConnection.open(registry.port);
    await connection.send("GET /v2/ HTTP/1.1\r\n\r\n");
    expect((await connection.response("GET"))?.status).toBe(400);
    connection.cut();
    for (const hosts of [
      ["one.example", "two.example/v2/evil"],
      ["one.example", "one.example"],
      ["127.0.0.1", ""],
      ["", "127.0.0.1"],
      ["one.example, two.example"],
      ["a", "b", "c"],
    ]) {
      for (const method of ["GET", "HEAD", "POST", "CONNECT"]) {
        const headers = hosts.map((host) => ["Host", host] as const);
        expect([hosts, method, (await send(method, "/v2/", headers))?.status]).toEqual([hosts, method, 400]);
      }
    }
    expect(registry.recorder.events.at(-1)).toMatchObject({ status: 400, failure: "REQUEST_MALFORMED" });
  });

  test("HTTP/1.0 without a Host is answered, for old health checks", async () => {
    for (const [target, status] of [
      ["/healthz", 200],
      ["/v2/", 200],
      [`/v2/${name}/manifests/none`, 404],
      ["/a/../../b", 404],
    ] as const) {
      const connection = await RawConnection.open(registry.port);
      await connection.send(`GET ${target} HTTP/1.0\r\n\r\n`);
      expect([target, (await connection.response("GET"))?.status]).toEqual([target, status]);
      connection.cut();
    }
  });

  test("only the path of an absolute target is used", async () => {
    expect((await send("GET", `http://evil.example/v2/${name}/manifests/latest`))?.status).toBe(200);
    expect((await send("GET", "http:///v2/"))?.status).toBe(200);
    // An empty path after the authority is the root.
    expect((await send("GET", "http://"))?.status).toBe(200);
    expect((await send("GET", "http://user:secret@evil.example/nowhere"))?.status).toBe(404);
    expectRefused("file", await send("GET", `file://${parent}/canary`));
  });

  for (const target of ["*", "v2/", "", "?", "?/v2/", "/v2/\0", "/v2/\x01"]) {
    test(`a target of ${JSON.stringify(target)} is refused`, async () => {
      expectRefused(target, await send("GET", target));
    });
  }

  const doubled: Readonly<Record<string, string>> = {
    "//v2/": "/v2/",
    "//v2": "/v2/",
    "////v2/_catalog?n=1&last=//a": "/v2/_catalog?n=1&last=//a",
    [`//v2/${name}/manifests/latest`]: `/v2/${name}/manifests/latest`,
    "//x/../v2/": "/v2/",
    "//v2/%0d%0aX-Evil:%20y": "/v2/%0d%0aX-Evil:%20y",
    "//v2//evil.example/": "/v2//evil.example/",
  };
  for (const [target, location] of Object.entries(doubled)) {
    test(`a target of ${target} is redirected to ${location} on this host for each method`, async () => {
      for (const method of ["GET", "HEAD", "POST", "DELETE"]) {
        const response = await send(method, target);
        const { status, headers, body } = response!;
        expect([method, status, headers.get("location"), body.length]).toEqual([method, 308, location, 0]);
        expect(headers.get("docker-distribution-api-version")).toBe("registry/2.0");
        expect(Number.isNaN(Date.parse(headers.get("date") ?? ""))).toBe(false);
      }
    });
  }

  test("a client that follows the redirect gets the content", async () => {
    expect((await fetch(`${registry.url}//v2/${name}/manifests/latest`)).status).toBe(200);
    const post = await fetch(`${registry.url}//v2/${name}/blobs/uploads/`, { method: "POST" });
    expect(post.status).toBe(202);
  });

  test("unknown methods are refused", async () => {
    for (const method of ["FOO", "get", "G@T", "CONNECT", "TRACE"]) expectRefused(method, await send(method, "/v2/"));
  });

  test("the connection is closed after a CONNECT, which is always refused", async () => {
    for (const target of ["/v2/", "http://registry.test/v2/", "http://registry.test:443/nowhere"]) {
      const connection = await RawConnection.open(registry.port);
      await connection.sendRequest({ method: "CONNECT", target });
      const response = await connection.response("CONNECT");
      expectRefused(target, response);
      expect(response?.headers.get("connection")).toBe("close");
      await connection.sendRequest({ method: "GET", target: "/v2/" });
      expect(await connection.response("GET")).toBeUndefined();
    }
  });

  test("LIM-09 a target or header that is too long is refused, and the registry keeps working", async () => {
    expectRefused("long target", await send("GET", `/v2/${"a".repeat(70_000)}/tags/list`));
    expectRefused("long query", await send("GET", `/v2/_catalog?last=${"a".repeat(70_000)}`));
    expectRefused("long header", await send("GET", "/v2/", [["Authorization", "x".repeat(70_000)]]));
    expect((await send("GET", "/v2/"))?.status).toBe(200);
  });
});

describe("SEC-04 framing", () => {
  const chunk = "5\r\nhello\r\n0\r\n\r\n";
  const framings: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    "a length and chunks": [
      ["Content-Length", "5"],
      ["Transfer-Encoding", "chunked"],
    ],
    "chunks and a length": [
      ["Transfer-Encoding", "chunked"],
      ["Content-Length", "5"],
    ],
    "two lengths that differ": [
      ["Content-Length", "5"],
      ["Content-Length", "6"],
    ],
    "two lengths that agree": [
      ["Content-Length", "5"],
      ["Content-Length", "5"],
    ],
    "two lengths in one line": [["Content-Length", "5, 5"]],
    "a negative length": [["Content-Length", "-5"]],
    "a length with a sign": [["Content-Length", "+5"]],
    "a length in hexadecimal": [["Content-Length", "0x5"]],
    "a length that exceeds every number": [["Content-Length", "9".repeat(30)]],
    "an unknown coding": [["Transfer-Encoding", "xchunked"]],
    "a second coding": [["Transfer-Encoding", "chunked, identity"]],
    "two codings": [
      ["Transfer-Encoding", "chunked"],
      ["Transfer-Encoding", "chunked"],
    ],
  };
  for (const [what, headers] of Object.entries(framings)) {
    test(`${what} is 400, and nothing is stored`, async () => {
      const target = await startUpload(registry.url, name);
      const connection = await RawConnection.open(registry.port);
      await connection.send(headOf({ method: "PATCH", target, headers }) + chunk);
      expect((await connection.response("PATCH"))?.status).toBe(400);
      connection.cut();
      expect((await fetch(registry.url + target)).headers.get("range")).toBe("0-0");
    });
  }

  test("bytes after a refused request on its connection are not read as a request", async () => {
    const inner = headOf({ method: "DELETE", target: `/v2/${name}/manifests/latest` });
    const connection = await RawConnection.open(registry.port);
    const target = await startUpload(registry.url, name);
    const headers = [
      ["Content-Length", "4"],
      ["Transfer-Encoding", "chunked"],
    ] as const;
    await connection.send(`${headOf({ method: "PATCH", target, headers })}0\r\n\r\n${inner}`);
    expect((await connection.response("PATCH"))?.status).toBe(400);
    expect(await connection.response("DELETE")).toBeUndefined();
    expect((await fetch(`${registry.url}/v2/${name}/manifests/latest`)).status).toBe(200);
  });

  test("pipelined requests are answered in order", async () => {
    const connection = await RawConnection.open(registry.port);
    const paths = ["/v2/", "/nowhere", `/v2/${name}/manifests/latest`, "/healthz"];
    await connection.send(paths.map((target) => headOf({ method: "GET", target })).join(""));
    for (const status of [200, 404, 200, 200]) expect((await connection.response("GET"))?.status).toBe(status);
    connection.cut();
  });

  test("SEC-02 line breaks in a parameter never create a header", async () => {
    const { bytes } = blobOf("headers");
    const response = await exchange(registry.port, {
      method: "PUT",
      target: `/v2/${name}/manifests/${digest}?tag=a%0d%0aSet-Cookie:x=y`,
      headers: [["Content-Type", "application/json"]],
      body: bytes,
    });
    expect(response?.status).toBe(400);
    expect(response?.headers.get("set-cookie")).toBeNull();
  });
});
