/** The command of the npm package, with a runtime that is a shell script. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPins, runtimeFor } from "../tools/runtime.mjs";
import { patienceMs } from "../test/support/patience.ts";
import { userEnvironment } from "../test/support/started.ts";

setDefaultTimeout(patienceMs);

const root = join(import.meta.dir, "..");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "lading-npm-")));
const modules = join(folder, "node_modules");
const command = join(folder, "lading");
const ownPackage = runtimeFor(readPins(root), { locate: (name) => name, advice: "" }).name;
const runtime = join(modules, ownPackage, "bin", "bun");

/** As a local installation: the runtime is next to Lading, and the command is a link. */
beforeAll(() => {
  for (const path of ["bin", "tools/runtime.mjs", "tools/runtime-pins.json"]) {
    cpSync(join(root, path), join(modules, "lading", path), { recursive: true });
  }
  symlinkSync(join(modules, "lading", "bin", "lading.mjs"), command);
});
afterAll(() => rmSync(folder, { recursive: true }));

function useRuntime(...lines: readonly string[]): void {
  mkdirSync(join(runtime, ".."), { recursive: true });
  writeFileSync(runtime, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(runtime, 0o755);
}

function start(parameters: readonly string[] = []) {
  const options = { cwd: tmpdir(), env: { ...userEnvironment(), OWN: "kept" }, stdin: "pipe" } as const;
  return Bun.spawn([command, ...parameters], { ...options, stdout: "pipe", stderr: "pipe" });
}

type Child = ReturnType<typeof start>;

async function ended(child: Child) {
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return { out, err, code: child.exitCode, signal: child.signalCode };
}

test("the runtime gets the program, the parameters, standard input, the environment and the folder", async () => {
  useRuntime('for word; do echo "$word"; done', "cat", 'echo "$OWN" in "$(pwd -P)" >&2', "exit 7");
  const child = start(["serve", "--data", "a b", ""]);
  void child.stdin.write("typed\n");
  void child.stdin.end();
  const { out, err, code } = await ended(child);
  const words = out.split("\n");
  const program = join(modules, "lading", "src", "cli", "main.ts");
  expect(words.slice(words.indexOf(program))).toEqual([program, "serve", "--data", "a b", "", "typed", ""]);
  expect(words.slice(0, words.indexOf(program))).toContain("--no-env-file");
  expect([err, code]).toEqual([`kept in ${realpathSync(tmpdir())}\n`, 7]);
});

describe("signals", () => {
  /** A runtime that says which signals it gets, and ends at the second one. */
  const counting = [
    "got() { echo $1; seen=$((seen + 1)); }",
    ...["TERM", "INT", "HUP", "QUIT"].map((name) => `trap 'got ${name}' ${name}`),
    "seen=0",
    "echo ready",
    "while [ $seen -lt 2 ]; do sleep 0.01; done",
    "exit 143",
  ];

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const)(
    "%s reaches the runtime, each time",
    async (signal) => {
      useRuntime(...counting);
      const child = start();
      const lines = linesOf(child);
      expect((await lines.next()).value).toBe("ready");
      for (let times = 0; times < 2; times += 1) {
        child.kill(signal);
        expect((await lines.next()).value).toBe(signal.slice(3));
      }
      expect(await child.exited).toBe(143);
    },
  );

  test.each(["SIGTERM", "SIGKILL", "SIGINT"] as const)(
    "a runtime that %s ends is an end by this signal",
    async (signal) => {
      useRuntime(`kill -${signal.slice(3)} $$`);
      expect(await ended(start())).toEqual({ out: "", err: "", code: null, signal });
    },
  );
});

async function* linesOf({ stdout }: Child): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

describe("without a runtime", () => {
  test("a package that npm left out is named, with the command that installs it", async () => {
    rmSync(join(modules, "@oven"), { recursive: true, force: true });
    const { out, err, code } = await ended(start(["version"]));
    expect([out, code]).toEqual(["", 1]);
    expect(err).toStartWith(`lading: the runtime is missing: npm left out ${ownPackage}`);
    expect(err).toContain("npm install --include=optional");
    expect(err).not.toContain("    at ");
  });

  test("a machine for which there is no runtime is named", async () => {
    const pins = join(modules, "lading", "tools", "runtime-pins.json");
    writeFileSync(pins, JSON.stringify({ version: "1.0.0", packages: {} }));
    const { err, code } = await ended(start());
    cpSync(join(root, "tools", "runtime-pins.json"), pins);
    expect([err, code]).toEqual([`lading: Bun 1.0.0 is not built for ${process.platform} on ${process.arch}\n`, 1]);
  });
});
