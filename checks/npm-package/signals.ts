import { join } from "node:path";
import { cliLimits } from "../../src/cli/limits.ts";
import { withDirectory } from "../../test/support/process.ts";
import { isAlive, isRefused, withStarted, type Started } from "../../test/support/started.ts";
import { until } from "../../test/support/until.ts";
import { Pulls } from "../../test/start/pulls.ts";
import type { Report } from "../streaming/report.ts";

interface Case {
  readonly what: string;
  /** Sends signals to the command or to the registry. */
  readonly act: (started: Started) => void | Promise<void>;
  /** The exit code, or the signal that ends the command. */
  readonly end: number | NodeJS.Signals;
  /** Whether the registry cuts the pull that is in progress. */
  readonly cuts: boolean;
}

const to = (signal: NodeJS.Signals) => (started: Started) => void process.kill(started.starter.pid, signal);
const toGroup = (signal: NodeJS.Signals) => (started: Started) => void process.kill(-started.starter.pid, signal);

const cases: readonly Case[] = [
  { what: "SIGTERM to the command", act: to("SIGTERM"), end: 0, cuts: false },
  { what: "SIGINT to the command", act: to("SIGINT"), end: 0, cuts: false },
  { what: "SIGINT to the group, as from a terminal", act: toGroup("SIGINT"), end: 0, cuts: false },
  { what: "a second signal after a second", act: interruptTwice, end: 130, cuts: true },
  { what: "SIGKILL to the registry", act: ({ pid }) => void process.kill(pid, "SIGKILL"), end: "SIGKILL", cuts: true },
];

/** Tests that the command passes signals on, and ends as the registry does. */
export async function testSignals(report: Report, command: readonly string[]): Promise<void> {
  for (const { what, act, end, cuts } of cases) {
    await report.test(what, () => withRegistry(command, (started) => requireEnd(started, act, end, cuts)));
  }
  await report.test("SIGHUP does not end the command", () => withRegistry(command, hangUp));
  await report.test("SIGKILL to the command ends the registry too", () => withRegistry(command, killCommand));
}

async function withRegistry(command: readonly string[], work: (started: Started) => Promise<string>): Promise<string> {
  let result = "";
  await withDirectory((path) => {
    const flags = ["serve", "--listen", "127.0.0.1:0", "--data", join(path, "data"), "--workers", "2", "--log", "off"];
    return withStarted([...command, ...flags], async (started) => void (result = await work(started)));
  });
  return result;
}

async function requireEnd(started: Started, act: Case["act"], end: Case["end"], cuts: boolean): Promise<string> {
  const { starter, pid, url } = started;
  const pulls = await Pulls.begin(url, 1);
  await act(started);
  // A registry that finishes the pull ends after the client has read it.
  if (!cuts) await until(() => isRefused(url), 25);
  const cut = (await pulls.cut()) > 0;
  await starter.exited;
  await until(() => !isAlive(pid), 25);
  const found = starter.signalCode ?? starter.exitCode;
  if (found !== end || cut !== cuts)
    throw new Error(`it ended with ${found}, and the pull was ${cut ? "" : "not "}cut`);
  return `it ends with ${found}, and the pull is ${cut ? "" : "not "}cut`;
}

async function interruptTwice({ starter, output }: Started): Promise<void> {
  process.kill(starter.pid, "SIGTERM");
  await until(() => output().includes("finishing"), 25);
  await Bun.sleep(cliLimits.sameSignalMs);
  process.kill(starter.pid, "SIGINT");
}

async function hangUp({ starter, url }: Started): Promise<string> {
  for (let times = 0; times < 2; times += 1) process.kill(starter.pid, "SIGHUP");
  if ((await fetch(`${url}/v2/`)).status !== 200) throw new Error("the registry does not answer");
  process.kill(starter.pid, "SIGTERM");
  if ((await starter.exited) !== 0) throw new Error(`exit code ${starter.exitCode} after SIGTERM`);
  return "the registry still answers";
}

async function killCommand({ starter, pid, url }: Started): Promise<string> {
  process.kill(starter.pid, "SIGKILL");
  await starter.exited;
  await until(async () => !isAlive(pid) && (await isRefused(url)), 25);
  return starter.pid === pid ? "they are one process" : "the registry notices that its parent is gone";
}
