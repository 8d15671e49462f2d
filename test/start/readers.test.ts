/** The reader of the registry's output may exit at any moment, and requests are not affected. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { patienceMs } from "../support/patience.ts";
import { withDirectory } from "../support/process.ts";
import { direct, isAlive, isRefused, root, userEnvironment, withStarted } from "../support/started.ts";
import { until } from "../support/until.ts";
import { Pulls } from "./pulls.ts";

setDefaultTimeout(patienceMs);

/** Each command reads the three lines of the greeting, and then exits. */
const ways = {
  "standard output": '{ "$@"; echo "ended $?" >&3; } 3>&2 | head -n 3 >&2',
  "both outputs": '{ "$@" 2>&1; echo "ended $?" >&3; } 3>&2 | head -n 3 >&2',
  "standard output, with standard input closed": '{ "$@" <&-; echo "ended $?" >&3; } 3>&2 | head -n 3 >&2',
};

for (const [what, script] of Object.entries(ways)) {
  for (const workers of ["1", "2"]) {
    test(`L30 without a reader of ${what}, SIGTERM cuts no pull, and the exit code is 0 (workers ${workers})`, () =>
      withDirectory((data) => {
        const flags = ["--listen", "127.0.0.1:0", "--data", data, "--workers", workers, "--log", "error"];
        return withStarted(["sh", "-c", script, "sh", ...direct, ...flags], async ({ pid, url, output }) => {
          const pulls = await Pulls.begin(url, 4);
          process.kill(pid, "SIGTERM");
          await until(() => isRefused(url), 25);
          expect(await pulls.cut()).toBe(0);
          await until(() => output().includes("ended "), 25);
          expect(output()).toContain("ended 0\n");
        });
      }));
  }
}

test("L30 a log without a reader delays no request", () =>
  withDirectory((data) => {
    const script = '{ "$@" 2>&1; echo "ended $?" >&3; } 3>&2 | head -n 5 >&2';
    const flags = ["--listen", "127.0.0.1:0", "--data", data, "--workers", "2", "--log", "info"];
    return withStarted(["sh", "-c", script, "sh", ...direct, ...flags], async ({ pid, url, output }) => {
      for (let asked = 0; asked < 200; asked += 1) expect((await fetch(`${url}/v2/`)).status).toBe(200);
      process.kill(pid, "SIGTERM");
      await until(() => output().includes("ended "), 25);
      expect(output()).toContain("ended 0\n");
    });
  }));

test("L30 without a reader of the greeting, the registry serves requests", () =>
  withDirectory(async (path) => {
    const free = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const url = `http://127.0.0.1:${free.port}`;
    await free.stop(true);
    const script = 'mkfifo "$FIFO"; true <"$FIFO" & exec "$@" >"$FIFO"';
    const flags = ["--listen", new URL(url).host, "--data", join(path, "data"), "--workers", "1"];
    const child = Bun.spawn(["sh", "-c", script, "sh", ...direct, ...flags], {
      cwd: root,
      env: { ...userEnvironment(), FIFO: join(path, "fifo") },
      stdio: ["ignore", "ignore", "ignore"],
    });
    try {
      await until(async () => !(await isRefused(url)), 25);
      expect((await fetch(`${url}/v2/`)).status).toBe(200);
      child.kill("SIGTERM");
      expect(await child.exited).toBe(0);
    } finally {
      if (isAlive(child.pid)) child.kill("SIGKILL");
    }
  }));
