/** H3: pushed content opened in a browser. None of its scripts may run in the registry's origin. */
import type { Browser } from "puppeteer-core";
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { pushBlob } from "../../test/support/push.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { open, withPage } from "./browser.ts";
import type { Ground } from "./ground.ts";

/** A script that reports that it ran, in the title and to the server, and reads content of the registry. */
const script = "document.title='ran';new Image().src='/script-ran';fetch('/v2/_catalog?script-ran')";
const xml = `<script xmlns="http://www.w3.org/1999/xhtml">${script}</script>`;
const json = JSON.stringify({ schemaVersion: 2, x: `<script>${script}</script><img src=x onerror="${script}">` });

interface Document {
  readonly type: string;
  readonly text: string;
  /** Whether Chromium runs the script of this type without a policy. Only then can the check fail. */
  readonly runs: boolean;
}

const documents: readonly Document[] = [
  { type: "text/html", text: json, runs: true },
  { type: "text/html; charset=utf-8", text: json, runs: true },
  { type: "TEXT/HTML", text: json, runs: true },
  {
    type: "application/xhtml+xml",
    text: `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>${xml}</body></html>`,
    runs: true,
  },
  { type: "text/xml", text: `<x>${xml}</x>`, runs: true },
  { type: "application/xml", text: `<x>${xml}</x>`, runs: true },
  {
    type: "image/svg+xml",
    text: `<svg xmlns="http://www.w3.org/2000/svg"><script>${script.replaceAll("&", "&amp;")}</script></svg>`,
    runs: true,
  },
  {
    type: "multipart/x-mixed-replace; boundary=b",
    text: `--b\r\nContent-Type: text/html\r\n\r\n<script>${script}</script>\r\n--b--`,
    runs: false,
  },
  { type: "text/plain", text: json, runs: false },
  { type: "application/octet-stream", text: json, runs: false },
];

export async function checkPushed(cases: CaseRunner, browser: Browser, ground: Ground): Promise<void> {
  const { registry } = ground;
  const name = "hostile/page";
  for (const [index, { type, text, runs }] of documents.entries()) {
    await cases.test(`H3: a manifest pushed as ${type} is refused, or its script does not run`, async () => {
      const put = await fetch(`${registry}/v2/${name}/manifests/t${index}`, {
        method: "PUT",
        headers: { "Content-Type": type },
        body: text,
      });
      if (put.status === 201)
        assertEqual("it runs", await scriptRuns(browser, `${registry}/v2/${name}/manifests/t${index}`), false);
      else assert([400, 415].includes(put.status), `the push is answered ${put.status}`);
    });
    await cases.test(`H3: a blob of ${type} does not run`, async () => {
      const bytes = new TextEncoder().encode(text);
      const digest = digestOf(bytes);
      await pushBlob(registry, name, { bytes, digest });
      assertEqual("it runs", await scriptRuns(browser, `${registry}/v2/${name}/blobs/${digest}`), false);
    });
    await cases.test(
      `H3: served as ${type} with the headers of a manifest, the script does not run; without them it ${runs ? "does" : "does not either"}`,
      async () => {
        const { headers } = await fetch(`${registry}/v2/`);
        const policed = Object.fromEntries(
          [...headers].filter(([header]) => /^(content-security-policy|x-content-type-options)$/.test(header)),
        );
        assertEqual("it runs", await runsWith(browser, { ...policed, "Content-Type": type }, text), false);
        assertEqual("it runs without them", await runsWith(browser, { "Content-Type": type }, text), runs);
      },
    );
  }
  await cases.test("H3: a script in the text of a refusal does not run", async () => {
    const markup = encodeURIComponent(`<script>${script}</script>`);
    for (const path of [`v2/a/manifests/${markup}`, `v2/_catalog?n=${markup}`, markup]) {
      assertEqual("it runs", await scriptRuns(browser, `${registry}/${path}`), false);
    }
  });
}

/** Whether the script runs if another server serves the document with these headers. */
async function runsWith(browser: Browser, headers: Record<string, string>, text: string): Promise<boolean> {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(text, { headers }) });
  try {
    return await scriptRuns(browser, server.url.href);
  } finally {
    await server.stop(true);
  }
}

async function scriptRuns(browser: Browser, url: string): Promise<boolean> {
  return withPage(browser, async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const status = await open(page, url);
    // A download leaves the current page unchanged.
    const title = status === undefined ? "" : await page.title();
    return title === "ran" || asked.some((one) => one.includes("script-ran") && one !== url && !one.includes("%3C"));
  });
}
