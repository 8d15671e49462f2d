/** A real Chromium, and what it shows and says. */
import { existsSync } from "node:fs";
import { launch, type Browser, type Page } from "puppeteer-core";

/** Names that lead to 127.0.0.1 in this browser only: sites of strangers, and one that the operator has named. */
export const sites = { evil: "evil.test", other: "other.test", ui: "ui.test" } as const;

/** A page that has not loaded by then has failed. */
const patienceMs = 20_000;

/** Where Debian's package puts it; undefined where it is not installed. */
export function findChromium(): string | undefined {
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
}

/** A browser for the work alone: what makes one end takes nothing else with it. */
export async function withBrowser<T>(executablePath: string, work: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await startBrowser(executablePath);
  try {
    return await work(browser);
  } finally {
    // One that does not answer is not waited for.
    await Promise.race([browser.close().catch(() => undefined), Bun.sleep(patienceMs)]);
    browser.process()?.kill("SIGKILL");
  }
}

function startBrowser(executablePath: string): Promise<Browser> {
  const rules = Object.values(sites).map((name) => `MAP ${name} 127.0.0.1`);
  return launch({
    executablePath,
    protocolTimeout: 3 * patienceMs,
    args: [
      `--host-resolver-rules=${rules.join(",")}`,
      // Chromium itself asks before a page of another site may reach loopback; not all browsers do.
      "--disable-features=LocalNetworkAccessChecks",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      // Its sandbox does not start for root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

/** A page in a profile of its own, and what went wrong in it: console errors, blocked content, exceptions. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
}

export async function withPage<T>(browser: Browser, work: (watched: Watched) => Promise<T>): Promise<T> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warn") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    return await work({ page, complaints });
  } finally {
    await context.close();
  }
}

/** Opens an address as if it were typed; gives the status, or undefined where the browser made a download of it. */
export async function open(page: Page, url: string): Promise<number | undefined> {
  try {
    return (await page.goto(url, { waitUntil: "load" }))?.status();
  } catch (error) {
    if (String(error).includes("net::ERR_ABORTED")) return undefined;
    throw error;
  }
}
