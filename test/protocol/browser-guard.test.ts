/** Requests that browsers send for web pages: of the registry itself, of other sites, and after DNS rebinding. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { loadSettings, SettingError } from "../../src/config/load.ts";
import type { Settings } from "../../src/config/settings.ts";
import { makeCertificate, writePair } from "../support/certificate.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest } from "../support/prepared.ts";
import { ask, textOf, type RawRequest } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { startProcess, withDirectory } from "../support/process.ts";

setDefaultTimeout(patienceMs);

type Headers = Readonly<Record<string, string>>;

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

async function statusOf(port: number, headers: Headers, request: Partial<RawRequest> = {}): Promise<number> {
  const { status } = await ask(port, {
    method: "GET",
    target: "/v2/_catalog",
    ...request,
    headers: Object.entries(headers),
  });
  return status;
}

async function withSettings(flags: readonly string[], work: (started: TestRegistry) => Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const started = stack.adopt(await startRegistry({ settings: loadSettings(flags, {}) }), (one) => one.dispose());
  await work(started);
}

const mozilla = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/**
 * Headers that identify a request of a browser. A page after DNS rebinding sends only the last two, and cannot omit
 * them.
 */
const marks: readonly Headers[] = [
  { "Sec-Fetch-Site": "same-origin" },
  { "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate" },
  { "User-Agent": mozilla, Accept: "*/*" },
  { "Accept-Language": "en" },
  { "Accept-Language": "" },
];

describe("SEC-18 M19 the Host of a browser", () => {
  const foreign = [
    "evil.test",
    "evil.test:5000",
    "127.0.0.1.evil.test",
    "localhost.evil.test",
    "evillocalhost",
    "10.0.0.1",
    "127.1",
    "0.0.0.0",
    "[::2]",
    "[fe80::1]",
  ];
  const own = [
    "localhost",
    "LOCALHOST:5000",
    "localhost.:80",
    "registry.localhost",
    "127.0.0.1",
    "127.8.9.10:1",
    "[::1]",
    "[::1]:5000",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
  ];

  for (const mark of marks) {
    test(`${JSON.stringify(mark)} requires a loopback Host`, async () => {
      for (const host of foreign) {
        expect([host, await statusOf(registry.port, { Host: host, ...mark })]).toEqual([host, 403]);
        expect(registry.recorder.events.at(-1)?.failure).toBe("HOST_DENIED");
      }
      for (const host of own) {
        expect([host, await statusOf(registry.port, { Host: host, ...mark })]).toEqual([host, 200]);
      }
    });
  }

  test("may be any name if the client is not a browser, or is a proxy that keeps the Host", async () => {
    const clients: readonly Headers[] = [
      {},
      { "User-Agent": "docker/28.0 go/go1.24" },
      { "User-Agent": "curl/8.0", Accept: "*/*" },
      { "User-Agent": "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.26100" },
      // Node's fetch.
      { "User-Agent": "node", Accept: "*/*", "Accept-Language": "*", "Sec-Fetch-Mode": "cors" },
      { "X-Forwarded-Host": "registry.example", "X-Forwarded-Proto": "https" },
    ];
    for (const client of clients) {
      for (const host of ["evil.test", "my_registry:5000", "_service", "registry.", "registry-1.team_a.svc:80"]) {
        expect([client, host, await statusOf(registry.port, { Host: host, ...client })]).toEqual([client, host, 200]);
      }
    }
  });

  test("may be that of public-address, or a host in allowed-hosts", async () => {
    const flags = [
      "--public-address",
      "https://Registry.example:8443",
      "--allowed-hosts",
      "Kept.example, port.example:81,my_registry,_other_:5000",
    ];
    await withSettings(flags, async ({ port }) => {
      const mark = { "Sec-Fetch-Site": "none" };
      for (const [host, status] of [
        ["registry.example", 200],
        ["registry.example:8443", 200],
        ["kept.example:5000", 200],
        ["KEPT.example.", 200],
        ["port.example:81", 200],
        ["my_registry:5000", 200],
        ["MY_Registry.", 200],
        ["_other_:5000", 200],
        ["your_registry:5000", 403],
        ["port.example", 403],
        ["other.example", 403],
        ["a.kept.example", 403],
      ] as const) {
        expect([host, await statusOf(port, { Host: host, ...mark })]).toEqual([host, status]);
      }
    });
    await withSettings(["--allowed-hosts", "*"], async ({ port }) => {
      expect(await statusOf(port, { Host: "evil.test", "Sec-Fetch-Site": "none" })).toBe(200);
    });
  });

  test("may be any IP address if the registry listens on all addresses, but no other name", async () => {
    await withDirectory(async (directory) => {
      const running = await startProcess(["--listen", "0.0.0.0:0", "--data", directory]);
      const port = Number(new URL(running.url).port);
      for (const [host, status] of [
        ["192.168.7.7:80", 200],
        ["[fd00::7]", 200],
        ["evil.test", 403],
      ] as const) {
        expect([host, await statusOf(port, { Host: host, "User-Agent": mozilla, Accept: "*/*" })]).toEqual([
          host,
          status,
        ]);
      }
      await running.end();
    });
  });

  test("is the forwarded one only if the proxy is trusted", async () => {
    const headers = { Host: "127.0.0.1", "X-Forwarded-Host": "evil.test", "Accept-Language": "en" };
    expect(await statusOf(registry.port, headers)).toBe(200);
    await withSettings(["--trusted-proxies", "127.0.0.1", "--allowed-hosts", "kept.example"], async ({ port }) => {
      expect(await statusOf(port, headers)).toBe(403);
      expect(await statusOf(port, { ...headers, "X-Forwarded-Host": "evil.test, kept.example" })).toBe(200);
      expect(await statusOf(port, { ...headers, "X-Forwarded-Host": "<script>" })).toBe(403);
    });
  });
});

const evil = "http://evil.test";

describe("SEC-18 M19 the origin of a browser's page", () => {
  const refused: readonly Headers[] = [
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image" },
    { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" },
    { "Sec-Fetch-Site": "cross-site", Origin: evil },
    { "Sec-Fetch-Site": "cross-site", Origin: "http://127.0.0.1" },
    { "Sec-Fetch-Site": "same-site" },
    { "Sec-Fetch-Site": "same-site", Origin: "http://127.0.0.1:3000" },
    { "Sec-Fetch-Site": "same-origin", Origin: "null" },
    { "Sec-Fetch-Site": "none", Origin: "chrome-extension://abcdefgh" },
    { "Sec-Fetch-Site": "nonsense" },
    { Origin: evil },
    { Origin: "null" },
    { Origin: "" },
    { Origin: "http://127.0.0.1:3000" },
    { Origin: "http://localhost" },
    { Origin: "http://127.0.0.1.evil.test" },
    { Origin: "http://127.0.0.1, http://evil.test" },
  ];
  const taken: readonly Headers[] = [
    { "Sec-Fetch-Site": "same-origin" },
    { "Sec-Fetch-Site": "same-origin", Origin: "http://127.0.0.1" },
    // Behind a proxy that changes the host.
    { "Sec-Fetch-Site": "same-origin", Origin: "https://registry.example" },
    { "Sec-Fetch-Site": "none" },
    { Origin: "http://127.0.0.1" },
    // Behind a proxy that terminates TLS.
    { Origin: "https://127.0.0.1" },
    { "Accept-Language": "en" },
  ];

  test("has to be the registry's own origin, for every method and path", async () => {
    const { bytes, digest } = blobOf("from a page");
    const wanted: readonly Partial<RawRequest>[] = [
      {},
      { method: "HEAD" },
      { method: "POST", target: `/v2/a/b/blobs/uploads/?digest=${digest}`, body: bytes },
      { method: "PUT", target: "/v2/a/b/manifests/x", body: bytes },
      { method: "PATCH", target: "/v2/a/b/blobs/uploads/1", body: bytes },
      { method: "DELETE", target: "/v2/a/b/manifests/x" },
      { method: "OPTIONS" },
      { target: "/metrics" },
      { target: "/nowhere" },
    ];
    for (const headers of refused) {
      for (const request of wanted) {
        const status = await statusOf(registry.port, { Host: "127.0.0.1", ...headers }, request);
        expect([headers, request.method, request.target, status]).toEqual([
          headers,
          request.method,
          request.target,
          403,
        ]);
      }
    }
    expect(await statusOf(registry.port, {}, { target: `/v2/a/b/blobs/${digest}` })).toBe(404);
    for (const headers of taken) {
      expect([headers, await statusOf(registry.port, { Host: "127.0.0.1", ...headers })]).toEqual([headers, 200]);
    }
  });

  test("is checked before a form that is sent as text/plain stores anything", async () => {
    const { bytes, digest } = blobOf("csrf");
    const headers = { Host: "127.0.0.1", Origin: evil, "Content-Type": "text/plain" };
    const target = `/v2/a/b/blobs/uploads/?digest=${digest}`;
    expect(await statusOf(registry.port, headers, { method: "POST", target, body: bytes })).toBe(403);
    expect(await statusOf(registry.port, {}, { target: `/v2/a/b/blobs/${digest}` })).toBe(404);
  });

  test("may be another site for a link to a page of the registry that reveals no content", async () => {
    const link = {
      Host: "127.0.0.1",
      "Sec-Fetch-Site": "cross-site",
      "Sec-Fetch-Mode": "navigate",
      "Sec-Fetch-Dest": "document",
    };
    for (const target of ["/", "/docs", "/openapi.json"]) {
      expect([target, await statusOf(registry.port, link, { target })]).toEqual([target, 200]);
      expect([target, await statusOf(registry.port, { ...link, Host: "evil.test" }, { target })]).toEqual([
        target,
        403,
      ]);
      for (const other of [
        { "Sec-Fetch-Dest": "iframe" },
        { "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image" },
        { "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty" },
      ]) {
        expect([target, other, await statusOf(registry.port, { ...link, ...other }, { target })]).toEqual([
          target,
          other,
          403,
        ]);
      }
    }
    for (const target of ["/v2/", "/v2/_catalog", "/metrics", "/healthz", "/readyz"]) {
      expect([target, await statusOf(registry.port, link, { target })]).toEqual([target, 403]);
    }
  });

  test("must use https if the registry itself serves TLS", async () => {
    await withDirectory(async (directory) => {
      const { cert, key } = writePair(directory, makeCertificate());
      await withSettings(["--tls-cert", cert, "--tls-key", key], async ({ url }) => {
        const { host } = new URL(url);
        const get = (origin: string) =>
          fetch(`${url}/v2/`, { headers: { origin }, tls: { rejectUnauthorized: false } });
        expect((await get(`https://${host}`)).status).toBe(200);
        expect((await get(`http://${host}`)).status).toBe(403);
      });
    });
  });
});

test("SEC-18 M19 every row refuses a foreign Host and a foreign Origin, and names the wrong value", async () => {
  for (const row of rows) {
    const request = succeedingRequest(row, await prepare(registry, `guard/${row.id}`));
    for (const [headers, failure] of [
      [{ Host: "evil.test", "Accept-Language": "en" }, "HOST_DENIED"],
      [{ Host: "127.0.0.1", "Sec-Fetch-Site": "cross-site", Origin: evil }, "ORIGIN_DENIED"],
    ] as const) {
      const refused = await ask(registry.port, {
        ...request,
        headers: [...(request.headers ?? []), ...Object.entries(headers)],
      });
      expect([row.id, refused.status]).toEqual([row.id, 403]);
      expect(registry.recorder.events.at(-1)).toMatchObject({ row: row.id, failure });
      if (row.method === "HEAD") continue;
      const { errors } = JSON.parse(textOf(refused)) as { errors: { code: string; detail: unknown }[] };
      expect(errors).toMatchObject([
        { code: "DENIED", detail: failure === "HOST_DENIED" ? { host: "evil.test" } : { origin: evil } },
      ]);
    }
  }
});

test("SEC-18 M19 invalid hosts and origins in settings stop the start", () => {
  const load = (flag: string): Settings => loadSettings([flag], {});
  for (const text of ["", "a b", "http://a", "a/b", "a,,b", "a:999999"]) {
    expect(() => load(`--allowed-hosts=${text}`)).toThrow(SettingError);
  }
  for (const text of [
    "",
    "null",
    "ui.example",
    "https://a/path",
    "https://",
    "https://a:99999",
    "https://a@b",
    "*,x",
  ]) {
    expect(() => load(`--cors-origins=${text}`)).toThrow(SettingError);
  }
  expect(load("--cors-origins=https://UI.example:443/, http://a:80,app://x").corsOrigins).toEqual([
    "https://ui.example",
    "http://a",
    "app://x",
  ]);
});
