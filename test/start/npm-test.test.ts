/** Ends `npm test` with the signals that end `npm start`. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { patienceMs } from "../support/patience.ts";
import { isAlive, root, userEnvironment } from "../support/started.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

/** A process with all its descendants, found by the first thread of each. */
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
      // npm, the parent of the runner, the runner, and a process of a test.
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
