/** `npm test` that is asked to end, in the ways in which `npm start` is. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { patienceMs } from "../support/patience.ts";
import { isAlive, root, userEnvironment } from "../support/started.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

/** A process and all that it has started, by the first thread of each. */
function family(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").match(/\d+/g) ?? [];
    return [pid, ...children.map(Number).flatMap(family)];
  } catch {
    return [];
  }
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const) {
  test(`reports 10: ${signal} to npm ends npm test, and the tests that run`, async () => {
    const child = Bun.spawn(["npm", "test", "--silent", "--", "test/cluster/endings.test.ts"], {
      cwd: root,
      env: userEnvironment(),
      stdio: ["ignore", "ignore", "ignore"],
      detached: true,
    });
    let members: number[] = [];
    try {
      // npm, the runner's own parent, the runner, and what a test has started.
      await until(() => (members = family(child.pid)).length >= 4, 25);
      process.kill(child.pid, signal);
      await child.exited;
      await until(() => members.every((pid) => !isAlive(pid)), 25);
      expect(members.filter(isAlive)).toEqual([]);
    } finally {
      for (const pid of members) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  });
}
