/** The page at the root, for people who open the address that the start prints. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { loadSettings } from "../../src/config/load.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { ask, textOf } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const browser = {
  accept: "text/html,application/xhtml+xml,*/*;q=0.8",
  "sec-fetch-site": "none",
  "sec-fetch-mode": "navigate",
};

async function withSettings(flags: readonly string[], work: (started: TestRegistry) => Promise<void>): Promise<void> {
  const started = await startRegistry({ settings: loadSettings(flags, {}) });
  try {
    await work(started);
  } finally {
    await started.dispose();
  }
}

test("OPS-06 newcomer 4 GET / is a page that explains the registry and how to push to the requested host", () =>
  withSettings([], async ({ url, port }) => {
    for (const headers of [browser, {}, { accept: "*/*" }]) {
      const reply = await fetch(`${url}/`, { headers });
      expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(reply.headers.get("vary")).toBe("Accept");
      const page = await reply.text();
      expect(page).toContain(`docker push 127.0.0.1:${port}/library/busybox`);
      expect(page).toContain('href="/docs"');
      expect(page).not.toMatch(/<script|src=|@import/);
      const [, style = ""] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
      const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
      expect(reply.headers.get("content-security-policy")).toContain(`style-src 'sha256-${hash}'`);
    }
    const localhost = await ask(port, { method: "GET", target: "/", headers: [["Host", "localhost:5000"]] });
    expect(textOf(localhost)).toContain("docker push localhost:5000/library/busybox");
  }));

test("OPS-06 newcomer 4 a request for JSON is 404", () =>
  withSettings([], async ({ url }) => {
    const reply = await fetch(`${url}/`, { headers: { accept: "application/json" } });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([404, "application/json"]);
    expect(await codesOf(reply)).toEqual(["UNSUPPORTED"]);
  }));

test("OPS-06 newcomer 4 HEAD / has the headers of GET and no body; other methods are 405", () =>
  withSettings([], async ({ url, port }) => {
    const page = await fetch(`${url}/`, { headers: browser });
    const head = await ask(port, {
      method: "HEAD",
      target: "/",
      headers: [
        ["Host", `127.0.0.1:${port}`],
        ["Accept", "text/html"],
      ],
    });
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(head.headers.get("content-length")).toBe(String((await page.bytes()).length));
    expect((await fetch(`${url}/`, { method: "POST" })).status).toBe(405);
  }));

test("OPS-06 newcomer 4 the page contains no markup from the Host header", () =>
  withSettings([], async ({ port }) => {
    for (const host of [
      "<script>alert(1)</script>",
      'a"onload="x',
      "a'b",
      "a&b",
      "%3Cscript%3E",
      "a<b",
      "evil\tx",
      "a,b",
    ]) {
      const reply = await ask(port, { method: "GET", target: "/", headers: [["Host", host]] });
      const page = textOf(reply);
      expect([host, page.includes(host)]).toEqual([host, false]);
      expect([host, /<script|onload/.test(page)]).toEqual([host, false]);
    }
  }));

test("OPS-06 newcomer 4 below a path prefix, all links have it, and the page exists with and without the last slash", () =>
  withSettings(["--path-prefix", "/apps/registry"], async ({ url }) => {
    for (const path of ["/apps/registry", "/apps/registry/", "/"]) {
      const reply = await fetch(url + path, { headers: browser });
      const page = await reply.text();
      expect([path, reply.status]).toEqual([path, 200]);
      for (const [, target = ""] of page.matchAll(/href="([^"]*)"/g)) {
        expect(target).toStartWith("/apps/registry/");
        expect([target, (await fetch(url + target, { headers: browser })).status]).toEqual([target, 200]);
      }
    }
    const docs = await (await fetch(`${url}/apps/registry/docs`, { headers: browser })).text();
    expect(docs).toContain('href="/apps/registry/openapi.json"');
    const { servers } = (await (await fetch(`${url}/apps/registry/openapi.json`)).json()) as { servers: unknown };
    expect(servers).toEqual([{ url: "/apps/registry/" }]);
  }));

test("OPS-06 newcomer 4 the page shows the public address if it is set, or the host from a trusted proxy", async () => {
  const headers = { "x-forwarded-host": "registry.example" };
  await withSettings(["--public-address", "https://public.example"], async ({ url }) => {
    expect(await (await fetch(`${url}/`, { headers })).text()).toContain("docker push public.example/");
  });
  await withSettings(["--trusted-proxies", "127.0.0.1"], async ({ url }) => {
    expect(await (await fetch(`${url}/`, { headers })).text()).toContain("docker push registry.example/");
  });
  await withSettings([], async ({ url, port }) => {
    expect(await (await fetch(`${url}/`, { headers })).text()).toContain(`docker push 127.0.0.1:${port}/`);
  });
});
