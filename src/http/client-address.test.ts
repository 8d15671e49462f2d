/** The client address that a request is logged and counted under. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings, SettingError } from "../config/load.ts";
import { clientAddress, TrustedProxies } from "./client-address.ts";

const { trustedProxies: ranges } = loadSettings(["--trusted-proxies", "127.0.0.0/8, 10.0.0.0/8,fd00::/8,unix"], {});
const trusted = new TrustedProxies(ranges!);
const folder = mkdtempSync(join(tmpdir(), "lading-address-"));

/** Starts a server that answers with the client address that it determines. */
function startServer(
  at: { readonly hostname: string } | { readonly unix: string },
  believed: TrustedProxies | undefined,
) {
  return Bun.serve({
    ...("unix" in at ? at : { ...at, port: 0 }),
    fetch: (request, server) => new Response(String(clientAddress(request, server, believed))),
  });
}

const believing = startServer({ hostname: "127.0.0.1" }, trusted);
const strict = startServer({ hostname: "127.0.0.1" }, new TrustedProxies([{ address: "10.0.0.0", bits: 8 }]));
const plain = startServer({ hostname: "127.0.0.1" }, undefined);
const unix = startServer({ unix: join(folder, "socket") }, trusted);
afterAll(async () => {
  for (const server of [believing, strict, plain, unix]) await server.stop(true);
  rmSync(folder, { recursive: true });
});

async function addressSeenBy(server: typeof plain, headers: Record<string, string>): Promise<string> {
  return (await fetch(server.url, { headers })).text();
}

for (const [headers, address] of [
  [{}, "127.0.0.1"],
  [{ "x-forwarded-for": "192.0.2.1" }, "192.0.2.1"],
  [{ "x-forwarded-for": "198.51.100.9, 192.0.2.1, 10.1.2.3" }, "192.0.2.1"],
  [{ "x-forwarded-for": "192.0.2.1:4711" }, "192.0.2.1"],
  [{ "x-forwarded-for": "[2001:DB8::1]:4711" }, "2001:db8::1"],
  [{ "x-forwarded-for": "2001:db8:0::1, fd00::5" }, "2001:db8::1"],
  [{ "x-forwarded-for": "::ffff:192.0.2.1, ::ffff:10.0.0.1" }, "192.0.2.1"],
  [{ "x-forwarded-for": "192.0.2.1, unix:" }, "192.0.2.1"],
  // If all addresses are trusted proxies, the farthest one counts.
  [{ "x-forwarded-for": "10.0.0.9, 10.0.0.8" }, "10.0.0.9"],
  // An entry that is not an address hides the client: the proxy that wrote it counts.
  [{ "x-forwarded-for": "192.0.2.1, unknown" }, "127.0.0.1"],
  [{ "x-forwarded-for": "192.0.2.1, <script>, 10.0.0.1" }, "10.0.0.1"],
  [{ "x-forwarded-for": "" }, "127.0.0.1"],
  [{ "x-forwarded-for": "," }, "127.0.0.1"],
  [{ "x-forwarded-for": "fe80::1%lo" }, "127.0.0.1"],
  [{ "x-forwarded-for": `192.0.2.1${", 10.0.0.1".repeat(100)}` }, "10.0.0.1"],
  [{ "x-forwarded-for": `${"a".repeat(9_000)}, 192.0.2.1` }, "192.0.2.1"],
  [{ forwarded: "for=192.0.2.1;proto=https;by=10.0.0.1" }, "192.0.2.1"],
  [{ forwarded: 'by=x;For="[2001:db8::1]:4711", for=10.0.0.1' }, "2001:db8::1"],
  [{ forwarded: 'for=198.51.100.9, for=192.0.2.1;host="a, b"' }, "192.0.2.1"],
  [{ forwarded: "for=_hidden" }, "127.0.0.1"],
  [{ forwarded: "proto=https" }, "127.0.0.1"],
  [{ forwarded: '"'.repeat(5_000) }, "127.0.0.1"],
  // A proxy that sets one of the headers may forward the client's value of the other one.
  [{ "x-forwarded-for": "192.0.2.1", forwarded: "for=198.51.100.9" }, "192.0.2.1"],
] as const) {
  test(`reports newcomer 10 behind a trusted proxy, ${JSON.stringify(headers).slice(0, 90)} is ${address}`, async () => {
    expect(await addressSeenBy(believing, headers)).toBe(address);
  });
}

test("reports newcomer 10 these headers of other clients are ignored", async () => {
  const headers = { "x-forwarded-for": "192.0.2.1", forwarded: "for=192.0.2.1" };
  for (const server of [plain, strict]) expect(await addressSeenBy(server, headers)).toBe("127.0.0.1");
});

test('reports newcomer 10 a proxy on a Unix socket has no address, and is trusted as "unix"', async () => {
  const ask = (headers: Record<string, string>) =>
    fetch("http://localhost/", { unix: join(folder, "socket"), headers }).then((reply) => reply.text());
  expect(await ask({})).toBe("unix");
  expect(await ask({ "x-forwarded-for": "192.0.2.1" })).toBe("192.0.2.1");
});

test("reports newcomer 10 an IPv4 client of a listener for both families has its IPv4 address", async () => {
  const both = startServer({ hostname: "::" }, trusted);
  const url = `http://127.0.0.1:${both.port}/`;
  expect(await (await fetch(url)).text()).toBe("127.0.0.1");
  expect(await (await fetch(url, { headers: { "x-forwarded-for": "192.0.2.1" } })).text()).toBe("192.0.2.1");
  await both.stop(true);
});

test("reports newcomer 10 a setting that is not an address or a range stops the start", () => {
  for (const text of ["", "localhost", "10.0.0.0/33", "10.0.0.1,", "10.0.0.1 10.0.0.2", "*", "unix:"]) {
    expect(() => loadSettings([`--trusted-proxies=${text}`], {})).toThrow(SettingError);
  }
});
