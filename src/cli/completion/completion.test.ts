import { describe, expect, test } from "bun:test";
import { runToEnd, withDirectory } from "../../../test/support/process.ts";
import { completions } from "./completion.ts";
import { shells, type Shell } from "./shells.ts";

/** Runs a script in a shell that has loaded the completion as `$1`, and returns what it prints. */
function runIn(shell: Shell, options: readonly string[], script: string): Promise<string[]> {
  return withDirectory(async (folder) => {
    const file = `${folder}/completion`;
    await Bun.write(file, completions[shell]());
    await Bun.write(`${folder}/lading.yml`, "");
    const child = Bun.spawn([shell, ...options, "-c", script], { cwd: folder, stderr: "pipe" });
    expect([await new Response(child.stderr).text(), await child.exited]).toEqual(["", 0]);
    return (await new Response(child.stdout).text()).trim().split(/\n/);
  });
}

/** What bash suggests for the last word. */
function bashSuggests(...words: readonly string[]): Promise<string[]> {
  const typed = words.map((word) => `'${word}'`).join(" ");
  const script = `source ./completion; COMP_WORDS=(lading ${typed}) COMP_CWORD=${words.length}; _lading; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return runIn("bash", ["--norc"], script);
}

describe.if(Bun.which("bash") !== null)("bash", () => {
  test("suggests commands, their words, flags and values", async () => {
    expect(await bashSuggests("co")).toEqual(["convert", "config", "completion"]);
    expect(await bashSuggests("config", "ch")).toEqual(["check"]);
    expect(await bashSuggests("serve", "--log")).toEqual(["--log", "--log-format"]);
    expect(await bashSuggests("serve", "--log", "")).toEqual(["debug", "info", "warn", "error", "off"]);
    expect(await bashSuggests("serve", "--listen", "")).toEqual([""]);
    expect(await bashSuggests("help", "se")).toEqual(["serve"]);
  });

  test("suggests files", async () => {
    expect(await bashSuggests("serve", "--config", "lad")).toEqual(["lading.yml"]);
  });
});

describe.if(Bun.which("zsh") !== null)("zsh", () => {
  test("has the specifications of the flags of each command", async () => {
    const stubs = `compdef() { :; }; _arguments() { print -rl -- "$@"; }`;
    const script = `${stubs}; source ./completion; words=(lading serve --); CURRENT=3; _lading`;
    const specifications = await runIn("zsh", ["-f"], script);
    expect(specifications).toContain("--log-format[Format of the log]:value:(auto json text)");
    expect(specifications).toContain(
      "--tls-key[File with the private key of tls-cert, without a passphrase]:value:_files",
    );
  });
});

describe.if(Bun.which("fish") !== null)("fish", () => {
  const suggests = (line: string) => runIn("fish", ["--no-config"], `source ./completion; complete -C '${line}'`);

  test("suggests commands, their words, flags and values", async () => {
    expect(await suggests("lading ser")).toEqual(["serve\truns the registry"]);
    expect(await suggests("lading config con")).toEqual(["convert"]);
    expect(await suggests("lading serve --log-")).toEqual(["--log-format\tFormat of the log"]);
    const formats = (await suggests("lading serve --log-format ")).map((line) => line.split("\t")[0]!);
    expect(formats.toSorted()).toEqual(["auto", "json", "text"]);
    expect(await suggests("lading serve --config lad")).toEqual(["lading.yml"]);
  });
});

test("lading completion prints the completion of each shell, and refuses other words", async () => {
  for (const shell of shells) {
    const { code, stdout } = await runToEnd(["completion", shell]);
    expect([code, stdout]).toEqual([0, completions[shell]()]);
  }
  for (const words of [[], ["tcsh"], ["bash", "zsh"]]) {
    const { code, stderr } = await runToEnd(["completion", ...words]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("usage: lading completion bash | zsh | fish")]);
  }
});
