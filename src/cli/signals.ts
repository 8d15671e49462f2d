/** Decides when a running registry has to shut down: on a signal, when its terminal closes, or when its starter has ended. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { launcherVariable } from "../config/unknown-variables.ts";
import { cliLimits } from "./limits.ts";

/** The exit codes that a shell expects of a program that a signal has ended: 128 plus the number of the signal. */
const endingSignals = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Starts to listen for signals. The promise resolves when the graceful shutdown has to begin. A second signal ends the process
 * immediately, unless it arrives within `cliLimits.sameSignalMs` of the first. npm forwards signals that its whole process group
 * receives, so one Ctrl-C arrives twice.
 */
export function untilAskedToEnd(reload: () => void): Promise<void> {
  const ending = Promise.withResolvers<void>();
  let first: number | undefined;
  for (const [signal, code] of Object.entries(endingSignals)) {
    process.on(signal, () => {
      first ??= performance.now();
      if (performance.now() - first >= cliLimits.sameSignalMs) process.exit(code);
      ending.resolve();
    });
  }
  onHangup(reload, ending.resolve);
  if (hasStarter(process.env)) whenParentEnds(ending.resolve);
  return ending.promise;
}

/**
 * Handles SIGHUP. The signal means that a service has to read its files again, or that the terminal of a program has closed. The
 * terminal has closed if the process had one at the start and has none now. A program that `nohup` has started continues then.
 */
function onHangup(reload: () => void, end: () => void): void {
  const mayEnd = hasTerminal() && !isHangupIgnored();
  process.on("SIGHUP", () => (mayEnd && !hasTerminal() ? end() : reload()));
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/** Returns whether the process ignores SIGHUP, as after `nohup`. A signal handler ends that. Bit 0 is signal 1. */
function isHangupIgnored(): boolean {
  try {
    const ignored = /^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
    return (Number.parseInt(ignored, 16) & 1) === 1;
  } catch {
    return false;
  }
}

/**
 * Returns whether the parent of the process runs only for it: `npm start` of this project, whose script replaces its shell,
 * or the command of the npm package.
 */
function hasStarter({ npm_lifecycle_event: script, npm_package_name: name, ...rest }: NodeJS.ProcessEnv): boolean {
  return (script === "start" && name === "lading") || rest[launcherVariable] === String(process.ppid);
}

/**
 * Shuts down when the starter has ended by a signal that it cannot forward: SIGKILL, and with npm also SIGHUP. An npm that
 * is PID 1 ends the container.
 */
function whenParentEnds(end: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => process.ppid !== parent && end(), cliLimits.parentPollMs);
  timer.unref();
}
