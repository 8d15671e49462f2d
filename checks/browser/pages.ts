/** Checks the registry's pages as users see them: with their style, without errors, and accessible (WCAG 2.2 AA). */
import axe from "axe-core";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { withPage } from "./browser.ts";
import type { Ground } from "./ground.ts";

const schemes = ["light", "dark"] as const;
const widths = { narrow: 320, wide: 1_280 } as const;

/** Every rule that axe has for WCAG up to 2.2 AA, and its best practices. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** `screenshots` is the folder for pictures of the pages; if absent, none are made. */
export async function checkPages(
  cases: CaseRunner,
  browser: Browser,
  ground: Ground,
  screenshots: string | undefined,
): Promise<void> {
  const pages = {
    home: `${ground.registry}/`,
    docs: `${ground.registry}/docs`,
    "home below a prefix": `${ground.prefixed}/apps/registry/`,
    "docs below a prefix": `${ground.prefixed}/apps/registry/docs`,
  };
  for (const [name, url] of Object.entries(pages)) {
    for (const scheme of schemes) {
      for (const [size, width] of Object.entries(widths)) {
        await cases.test(`newcomer 3 4: ${name}, ${scheme}, ${size}: accessible, styled, no complaints`, () =>
          withPage(browser, async ({ page, complaints }) => {
            await page.setViewport({ width, height: 800 });
            await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
            // The second visit uses the content that the browser has stored, which a 304 updates.
            for (let visit = 0; visit < 2; visit += 1) {
              await page.goto(url, { waitUntil: "load" });
              await expectStyled(page, scheme);
            }
            const picture = `${name}-${scheme}-${size}.png`.replaceAll(" ", "-");
            if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, picture) });
            assertEqual("violations", await violationsIn(page), []);
            assertEqual("complaints of the browser", complaints, []);
          }),
        );
      }
    }
  }
  await cases.test("newcomer 4: the links of the page at / lead somewhere, also below a prefix", async () => {
    for (const url of [pages.home, pages["home below a prefix"]]) {
      await withPage(browser, async ({ page }) => {
        await page.goto(url);
        const links = await page.$$eval("a", (found) => found.map(({ href }) => href));
        assertEqual("there are links", links.length > 1, true);
        for (const link of links) assertEqual(link, (await page.goto(link))?.status(), 200);
      });
    }
  });
}

/** The background must match the colour scheme, and nothing may be wider than the window. */
async function expectStyled(page: Page, scheme: (typeof schemes)[number]): Promise<void> {
  const seen = await page.evaluate(`({
    background: getComputedStyle(document.body).backgroundColor,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  })`);
  assertEqual("what is seen", seen, {
    background: scheme === "light" ? "rgb(255, 255, 255)" : "rgb(22, 24, 29)",
    overflow: 0,
  });
}

async function violationsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (values) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly: { type: "tag", values },
        // This rule does not run by default.
        rules: { "target-size": { enabled: true } },
      }),
    tags,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
