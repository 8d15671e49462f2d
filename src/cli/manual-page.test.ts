import { expect, test } from "bun:test";
import { commands, type Command } from "./commands.ts";
import { manualPage } from "./manual-page.ts";

const page = manualPage("1.2.3");

test("the manual page has each command with its flags and exit codes", () => {
  for (const { usage, flags, exits } of Object.values<Command>(commands)) {
    const heading = `.SS "lading ${usage.replaceAll("-", String.raw`\-`)}"`;
    const section = page.split(heading)[1]?.split("\n.S")[0] ?? "";
    for (const flag of flags) expect(section).toContain(`.B ${flag.usage.replaceAll("-", String.raw`\-`)}\n`);
    for (const code of Object.keys(exits)) expect(section).toContain(`.B ${code}\n`);
  }
});

test("texts are escaped, and code is bold", () => {
  expect(page).toContain('"lading 1.2.3"');
  expect(page).toContain(String.raw`\fB\-\-dry\-run\fP`);
  expect(page).not.toMatch(/`/);
  expect(page.split("\n").filter((line) => /^'|^\.(?![A-Zb\\])/.test(line))).toEqual([]);
});

test.if(Bun.which("man") !== null)("man has no warning", async () => {
  const child = Bun.spawn(["man", "--warnings", "-E", "UTF-8", "-l", "-"], {
    env: { ...process.env, MANWIDTH: "80", MANROFFSEQ: "", LC_ALL: "C.UTF-8" },
    stdin: new Blob([page]),
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await new Response(child.stderr).text()).toBe("");
  expect(await new Response(child.stdout).text()).toContain("--config");
});
