/** Starts a real Chromium, and reads its pages and messages. */
import { existsSync } from "node:fs";
import { launch, type Browser, type Page } from "puppeteer-core";

/**
 * Host names that resolve to 127.0.0.1 in this browser only: foreign sites, and one site that the operator allows.
 */
export const sites = { evil: "evil.test", other: "other.test", ui: "ui.test" } as const;

/** Milliseconds in which a page must load. */
const patienceMs = 20_000;

/** The path of Debian's package; undefined if it is not installed. */
export function findChromium(): string | undefined {
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
}

/** Starts a browser for this work only, so that a crash affects nothing else. */
export async function withBrowser<T>(executablePath: string, work: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await startBrowser(executablePath);
  try {
    return await work(browser);
  } finally {
    // The check does not wait for a browser that does not answer.
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
      // Chromium itself asks the user before a page of another site may reach loopback. Not all browsers do.
      "--disable-features=LocalNetworkAccessChecks",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      // Chromium's sandbox does not start for root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

/** A page in a separate profile, with its errors: console errors, blocked content, exceptions. */
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

/** Opens an address as if a user had typed it; returns the status, or undefined if the browser downloads it. */
export async function open(page: Page, url: string): Promise<number | undefined> {
  try {
    return (await page.goto(url, { waitUntil: "load" }))?.status();
  } catch (error) {
    if (String(error).includes("net::ERR_ABORTED")) return undefined;
    throw error;
  }
}
