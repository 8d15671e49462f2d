/** Signals, for each way to start a registry: pulls in progress are not cut, and no process is left behind. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { cliLimits } from "../../src/cli/limits.ts";
import { patienceMs } from "../support/patience.ts";
import { withDirectory } from "../support/process.ts";
import {
  direct,
  hasProgram,
  isAlive,
  isRefused,
  npmStart,
  root,
  userEnvironment,
  withStarted,
  type Started,
} from "../support/started.ts";
import { until } from "../support/until.ts";
import { Pulls } from "./pulls.ts";

setDefaultTimeout(patienceMs);

const terminal = ["python3", join("test", "start", "terminal.py")];

/** Starts the registry with this command, runs the work with pulls in progress, and waits for the exit. */
function expectDrain(
  command: readonly string[],
  ask: (registry: Started) => void | Promise<void>,
  workers = 2,
): Promise<void> {
  return withDirectory((data) =>
    withStarted(
      [...command, "--listen", "127.0.0.1:0", "--data", data, "--workers", String(workers), "--log", "off"],
      async (registry) => {
        const pulls = await Pulls.begin(registry.url, 4);
        await ask(registry);
        await until(() => isRefused(registry.url), 25);
        expect(await pulls.cut()).toBe(0);
        await until(() => !isAlive(registry.pid) && !isAlive(registry.starter.pid), 25);
      },
    ),
  );
}

/** Ignores SIGHUP as nohup does, without its file. */
const ignoringHangup = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"];

const group = ({ starter }: Started) => -starter.pid;

describe("reports 10: npm start", () => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const) {
    test(`${signal} to npm alone ends the registry, and no pull is cut`, () =>
      expectDrain(npmStart, ({ starter }) => void process.kill(starter.pid, signal)));
  }

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    test(`${signal} to the whole group, as from a service manager, ends the registry, and no pull is cut`, () =>
      expectDrain(npmStart, (registry) => void process.kill(group(registry), signal)));
  }

  test("SIGTERM to the registry itself, at the process id that it prints, cuts no pull", () =>
    expectDrain(npmStart, ({ pid }) => void process.kill(pid, "SIGTERM")));

  test("SIGINT to a registry with one process cuts no pull", () =>
    expectDrain(npmStart, (registry) => void process.kill(group(registry), "SIGINT"), 1));

  test("npm exits with 0 when a signal has stopped the registry", () =>
    withDirectory((data) =>
      withStarted([...npmStart, "--listen", "127.0.0.1:0", "--data", data], async ({ starter, output }) => {
        process.kill(starter.pid, "SIGTERM");
        expect(await starter.exited).toBe(0);
        await until(() => output().includes("finishing the requests in flight"));
      }),
    ));
});

describe("newcomer 1: on a terminal", () => {
  if (!hasProgram("python3", "-c", "import pty")) {
    test.skip("Ctrl-C and a window that closes are not tested: there is no python3 to make a terminal", () =>
      undefined);
    return;
  }
  const type =
    (...words: readonly string[]) =>
    ({ starter }: Started) => {
      for (const word of words) void (starter.stdin as Bun.FileSink).write(`${word}\n`);
      void (starter.stdin as Bun.FileSink).flush();
    };
  for (const [way, command] of [
    ["npm start", npmStart],
    ["the runtime", direct],
  ] as const) {
    test(`Ctrl-C under ${way} cuts no pull`, () => expectDrain([...terminal, ...command], type("interrupt")));
    test(`Ctrl-C twice at once under ${way} cuts no pull`, () =>
      expectDrain([...terminal, ...command], type("interrupt", "interrupt")));
    test(`closing the window of ${way} ends the registry, and cuts no pull`, () =>
      expectDrain([...terminal, ...command], type("close")));
  }

  test("with nohup, closing the window does not end the registry", () =>
    withDirectory((data) =>
      withStarted(
        [...terminal, ...ignoringHangup, ...direct, "--listen", "127.0.0.1:0", "--data", data, "--log", "off"],
        async (registry) => {
          type("close")(registry);
          await Bun.sleep(200);
          process.kill(registry.pid, "SIGHUP");
          expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
          process.kill(registry.pid, "SIGTERM");
          await until(() => !isAlive(registry.pid));
        },
        { LADING_WORKERS: "1" },
      ),
    ));
});

describe("newcomer 1: other ways to start", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`${signal} to the runtime twice within a second cuts no pull`, () =>
      expectDrain(direct, ({ pid }) => {
        process.kill(pid, signal);
        process.kill(pid, signal);
      }));
  }

  test("timeout, which sends the signal to npm and to the group, cuts no pull", () =>
    expectDrain(["timeout", "60", ...npmStart], ({ starter }) => void process.kill(starter.pid, "SIGTERM")));

  test("a signal to the whole group while the workers start ends all of them with exit code 0", () =>
    withDirectory(async (data) => {
      const flags = ["--listen", "127.0.0.1:0", "--data", data, "--workers", "2", "--log", "off"];
      const starter = Bun.spawn([...direct, ...flags], {
        cwd: root,
        env: userEnvironment(),
        stdout: "pipe",
        stderr: "pipe",
        detached: true,
      });
      const errors = new Response(starter.stderr).text();
      await until(() => Bun.spawnSync(["pgrep", "-P", String(starter.pid)]).stdout.length > 0, 25);
      process.kill(-starter.pid, "SIGTERM");
      expect([await starter.exited, await errors]).toEqual([0, ""]);
    }));

  test("a second signal after more than a second cuts pulls in progress, with the exit code of that signal", () =>
    withDirectory((data) =>
      withStarted([...direct, "--listen", "127.0.0.1:0", "--data", data], async ({ pid, url, starter, output }) => {
        const pulls = await Pulls.begin(url, 1);
        process.kill(pid, "SIGTERM");
        await until(() => output().includes("finishing"));
        await Bun.sleep(cliLimits.sameSignalMs);
        process.kill(pid, "SIGINT");
        expect(await starter.exited).toBe(130);
        expect(await pulls.cut()).toBe(1);
      }),
    ));

  const isolated = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
  if (hasProgram(...isolated, "true")) {
    for (const [way, command] of [
      ["npm", npmStart],
      ["the runtime", direct],
    ] as const) {
      test(`${way} as process 1 of a container is stopped by SIGTERM, and cuts no pull`, () =>
        withDirectory((data) =>
          withStarted(
            [...isolated, ...command, "--listen", "127.0.0.1:0", "--data", data, "--log", "off"],
            async ({ starter, url }) => {
              const pulls = await Pulls.begin(url, 4);
              const children = Bun.spawnSync(["pgrep", "-P", String(starter.pid)]).stdout.toString();
              process.kill(Number(children), "SIGTERM");
              await until(() => isRefused(url), 25);
              expect(await pulls.cut()).toBe(0);
              expect(await starter.exited).toBe(0);
            },
          ),
        ));
    }
  } else {
    test.skip("process 1 of a container is not tested: this user cannot make a process namespace", () => undefined);
  }

  test("SIGHUP without TLS does not end a registry that no terminal has started", () =>
    withDirectory((data) =>
      withStarted([...direct, "--listen", "127.0.0.1:0", "--data", data], async ({ pid, url, starter }) => {
        for (let times = 0; times < 2; times += 1) process.kill(pid, "SIGHUP");
        expect((await fetch(`${url}/v2/`)).status).toBe(200);
        process.kill(pid, "SIGTERM");
        expect(await starter.exited).toBe(0);
      }),
    ));
});
