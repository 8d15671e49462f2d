/** M19: pages of other sites that try to use a registry that only their reader can reach. */
import type { Browser, Page } from "puppeteer-core";
import { digestOf } from "../../src/oci/digest.ts";
import { assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { pushImage } from "../../test/support/push.ts";
import { open, sites, withPage } from "./browser.ts";
import type { Ground } from "./ground.ts";

const name = "private/app";

/** The result for a page of another site: whether it can send a request, and whether it can read the response. */
interface Sent {
  readonly method?: string;
  readonly mode?: "cors" | "no-cors" | "same-origin";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the page can read: the status and the text, or nothing because the browser blocks the response. */
interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** For the page, the request failed. */
const hidden: Seen = { status: 0, text: "", headers: {} };

function send(page: Page, url: string, sent: Sent = {}): Promise<Seen> {
  return page.evaluate(
    async (target, options) => {
      try {
        const reply = await fetch(target, options);
        return { status: reply.status, text: await reply.text(), headers: Object.fromEntries(reply.headers) };
      } catch {
        return { status: 0, text: "", headers: {} };
      }
    },
    url,
    sent,
  );
}

/**
 * Opens a page of the attacker in the origin of `url`, as after DNS rebinding: the host name pointed to the attacker
 * before.
 */
async function openRebound(page: Page, url: string): Promise<void> {
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const isPage = request.url() === url;
    void (isPage ? request.respond({ contentType: "text/html", body: "<title>evil</title>" }) : request.continue());
  });
  await page.goto(url);
}

export async function checkOtherSites(cases: CaseRunner, browser: Browser, ground: Ground): Promise<void> {
  const { registry, site, opened } = ground;
  const { port } = new URL(registry);
  const { manifest } = await pushImage(registry, name, "latest");
  const isKept = async (path: string) => (await fetch(`${registry}/v2/${name}/${path}`)).status === 200;

  await cases.test("M19: after DNS rebinding, a page reads, pushes and deletes nothing", () =>
    withPage(browser, async ({ page }) => {
      const evil = `http://${sites.evil}:${port}`;
      await openRebound(page, `${evil}/attack`);
      for (const path of [
        "/v2/_catalog",
        `/v2/${name}/tags/list`,
        `/v2/${name}/manifests/latest`,
        "/metrics",
        "/docs",
        "/",
      ]) {
        for (const headers of [{}, { "Accept-Language": "" }, { "User-Agent": "docker/28.0" }] as const) {
          const { status, text } = await send(page, evil + path, { headers });
          assertEqual(path, [status, text.includes(name)], [403, false]);
        }
      }
      const digest = digestOf(new TextEncoder().encode("x"));
      const upload = `${evil}/v2/${name}/blobs/uploads/?digest=${digest}`;
      assertEqual("upload", (await send(page, upload, { method: "POST", body: "x" })).status, 403);
      const image = `${evil}/v2/${name}/manifests/${manifest.digest}`;
      assertEqual("deletion", (await send(page, image, { method: "DELETE" })).status, 403);
      assertEqual("the image exists", await isKept("manifests/latest"), true);
    }),
  );

  for (const [from, url] of [
    ["another site", site("other")],
    ["another port of the same host", site("other").replace(sites.other, "127.0.0.1")],
    ["another port of localhost", site("other").replace(sites.other, "localhost")],
  ] as const) {
    await cases.test(`M19: a page of ${from} reads and changes nothing`, () =>
      withPage(browser, async ({ page }) => {
        await open(page, url);
        for (const mode of ["cors", "no-cors"] as const) {
          assertEqual(`catalogue, ${mode}`, await send(page, `${registry}/v2/_catalog`, { mode }), hidden);
        }
        const body = `csrf from ${from}`;
        const digest = digestOf(new TextEncoder().encode(body));
        const upload = `${registry}/v2/${name}/blobs/uploads/?digest=${digest}`;
        for (const mode of ["cors", "no-cors"] as const) {
          const post = { mode, method: "POST", headers: { "Content-Type": "text/plain" }, body };
          assertEqual(`upload, ${mode}`, await send(page, upload, post), hidden);
        }
        for (const method of ["PUT", "DELETE", "PATCH"]) {
          const sent = { method, ...(method !== "DELETE" && { body }) };
          assertEqual(method, await send(page, `${registry}/v2/${name}/manifests/latest`, sent), hidden);
        }
        assertEqual("form", await submitForm(page, upload), 403);
        assertEqual("the blob exists", await isKept(`blobs/${digest}`), false);
        assertEqual("the image exists", await isKept("manifests/latest"), true);
      }),
    );
  }

  await cases.test("M19: a page with an opaque origin, such as one in a sandbox, reads nothing", () =>
    withPage(browser, async ({ page }) => {
      await open(page, `data:text/html,<title>x</title>`);
      assertEqual("catalogue", await send(page, `${registry}/v2/_catalog`), hidden);
    }),
  );

  await cases.test("M19: a link of another site opens the pages of the registry, but none of its content", () =>
    withPage(browser, async ({ page }) => {
      for (const [path, status] of [
        ["/", 200],
        ["/docs", 200],
        ["/openapi.json", 200],
        ["/v2/_catalog", 403],
        ["/metrics", 403],
      ] as const) {
        await open(page, site("other"));
        assertEqual(path, await followLink(page, registry + path), status);
      }
    }),
  );

  await cases.test("M19: the registry answers a URL that is typed into the address bar, for each loopback name", () =>
    withPage(browser, async ({ page }) => {
      for (const host of ["127.0.0.1", "localhost", "registry.localhost"]) {
        assertEqual(host, await open(page, `http://${host}:${port}/v2/_catalog`), 200);
      }
      assertEqual(sites.evil, await open(page, `http://${sites.evil}:${port}/v2/_catalog`), 403);
    }),
  );

  await cases.test(
    "M19: a page of an origin in cors-origins pushes, reads and deletes; one of another origin does not",
    () =>
      withPage(browser, async ({ page }) => {
        await pushImage(opened, name, "one");
        await pushImage(opened, name, "two");
        await open(page, site("ui"));
        await useFully(page, opened);
        await open(page, site("other"));
        assertEqual("catalogue", await send(page, `${opened}/v2/_catalog`), hidden);
        const rebound = `http://${sites.evil}:${new URL(opened).port}`;
        assertEqual(sites.evil, await open(page, `${rebound}/v2/_catalog`), 403);
      }),
  );
}

/** Uses the registry as a user interface on another host does. */
async function useFully(page: Page, url: string): Promise<void> {
  const list = await send(page, `${url}/v2/${name}/tags/list?n=1`);
  assertEqual("list", [list.status, list.headers["link"]?.startsWith("</v2/")], [200, true]);
  const image = await send(page, `${url}/v2/${name}/manifests/one`, {
    headers: { Accept: "application/vnd.oci.image.manifest.v1+json", "If-None-Match": '"none"' },
  });
  assertEqual("image", [image.status, image.headers["docker-content-digest"]?.slice(0, 7)], [200, "sha256:"]);
  const body = "from the page";
  const digest = digestOf(new TextEncoder().encode(body));
  const started = await send(page, `${url}/v2/${name}/blobs/uploads/`, { method: "POST" });
  assertEqual("upload", [started.status, started.headers["docker-upload-uuid"]?.length], [202, 36]);
  const session = url + started.headers["location"]!;
  const headers = { "Content-Type": "application/octet-stream", "Content-Range": `0-${body.length - 1}` };
  const chunk = await send(page, session, { method: "PATCH", headers, body });
  assertEqual("chunk", [chunk.status, chunk.headers["range"]], [202, `0-${body.length - 1}`]);
  assertEqual("end", (await send(page, `${session}?digest=${digest}`, { method: "PUT" })).status, 201);
  const part = { headers: { Range: "bytes=0-3" } };
  assertEqual("part", (await send(page, `${url}/v2/${name}/blobs/${digest}`, part)).status, 206);
  assertEqual("deletion", (await send(page, `${url}/v2/${name}/manifests/two`, { method: "DELETE" })).status, 202);
  assertEqual("refusal", (await send(page, `${url}/v2/${name}/manifests/none`)).status, 404);
}

/** The status of the page after a form is submitted. */
async function submitForm(page: Page, action: string): Promise<number | undefined> {
  const [reply] = await Promise.all([
    page.waitForNavigation(),
    page.evaluate(`{
      const form = document.createElement("form");
      Object.assign(form, { method: "POST", enctype: "text/plain", action: ${JSON.stringify(action)} });
      document.body.append(form);
      form.submit();
    }`),
  ]);
  return reply?.status();
}

/** The status of the page after a link is followed. */
async function followLink(page: Page, url: string): Promise<number | undefined> {
  const [reply] = await Promise.all([
    page.waitForNavigation(),
    page.evaluate(`{
      const link = document.createElement("a");
      link.href = ${JSON.stringify(url)};
      document.body.append(link);
      link.click();
    }`),
  ]);
  return reply?.status();
}
