import { expect, test } from "bun:test";
import { join } from "node:path";

const main = join(import.meta.dir, "main.ts");

/** Returns the exit code as the last line, after the error output of the command. */
async function helpPipedInto(reader: string): Promise<string> {
  const help = `{ "${process.execPath}" "${main}" help; echo $? >&2; } | ${reader}`;
  const shell = Bun.spawn(["sh", "-c", help], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  return (await new Response(shell.stderr).text()).trimEnd();
}

test("a closed pipe ends the command with the exit code that the shell expects, without output", async () => {
  expect(await helpPipedInto("true")).toBe("141");
});

test("a property that every object has is no command", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    const { exitCode, stderr } = Bun.spawnSync([process.execPath, main, name]);
    expect([exitCode, stderr.toString()]).toEqual([
      2,
      `lading: there is no command "${name}"; 'lading help' lists them\n`,
    ]);
  }
});

test("a reader that stays gets the whole output", async () => {
  expect(await helpPipedInto("cat")).toBe("0");
});
