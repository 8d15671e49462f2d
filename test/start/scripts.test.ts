/** Every program in `scripts` prints its usage before it installs or runs anything. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { patienceMs } from "../support/patience.ts";
import { root, userEnvironment } from "../support/started.ts";

setDefaultTimeout(patienceMs);

for (const name of readdirSync(join(root, "scripts"))) {
  test(`newcomer 12 scripts/${name} --help prints usage and options`, () => {
    for (const flag of ["--help", "-h"]) {
      const { exitCode, stdout, stderr } = Bun.spawnSync([join("scripts", name), flag], {
        cwd: root,
        env: userEnvironment(),
        stdin: "ignore",
      });
      expect([exitCode, stderr.toString()]).toEqual([0, ""]);
      const help = stdout.toString();
      expect(help).toStartWith(`usage: scripts/${name}`);
      // The help describes each option in the comment of the script.
      const comment = readFileSync(join(root, "scripts", name), "utf8").split("set -eu")[0]!;
      for (const option of comment.match(/--[a-z][a-z0-9.-]*/g) ?? []) {
        if (option !== "--help") expect(help).toContain(option.replace(/\.$/, ""));
      }
    }
  });
}
