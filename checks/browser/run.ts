// Tests the registry in a real Chromium: `bun checks/browser/run.ts`, or `scripts/browser`, which also installs the
// browser.
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { CaseRunner, printLine } from "../clients/case-runner.ts";
import { withDirectory } from "../../test/support/process.ts";
import { findChromium, withBrowser } from "./browser.ts";
import { withGround } from "./ground.ts";
import { checkOtherSites } from "./other-sites.ts";
import { checkPages } from "./pages.ts";
import { checkPushed } from "./pushed.ts";
import { helpFor } from "../../test/support/program-help.ts";

const usage = `usage: scripts/browser [options]
  --screenshots DIR  puts pictures of the registry's pages there`;
helpFor(usage);

interface Choices {
  readonly screenshots: string | undefined;
}

function parseChoices(args: string[]): Choices {
  const options = { screenshots: { type: "string" } } as const;
  const { screenshots } = parseArgs({ args, options }).values;
  return { screenshots };
}

async function main({ screenshots }: Choices): Promise<number> {
  const chromium = findChromium();
  if (chromium === undefined) {
    printLine("skip everything: Chromium is not installed; on Debian, as root, scripts/browser installs it");
    printLine("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });
  const cases = new CaseRunner();
  printLine(`== ${await withBrowser(chromium, (browser) => browser.version())}`);
  await withDirectory((directory) =>
    withGround(directory, async (ground) => {
      await withBrowser(chromium, (browser) => checkPages(cases, browser, ground, screenshots));
      await withBrowser(chromium, (browser) => checkPushed(cases, browser, ground));
      await withBrowser(chromium, (browser) => checkOtherSites(cases, browser, ground));
    }),
  );
  return cases.finish();
}

let choices: Choices;
try {
  choices = parseChoices(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(choices));
