/** When a registry that serves has to end: signals, a terminal that has closed, an npm that is gone. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { cliLimits } from "./limits.ts";

/** What a shell expects of a program that a signal ended: 128 and the number of the signal. */
const endingSignals = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Listens from now on. Resolves when the registry has to let its requests end. A second signal ends the process at once,
 * unless it comes within `cliLimits.sameSignalMs` of the first: npm passes on what its whole group gets, so that one Ctrl-C
 * arrives twice.
 */
export function untilAskedToEnd(reload: () => void): Promise<void> {
  const asked = Promise.withResolvers<void>();
  let first: number | undefined;
  for (const [signal, code] of Object.entries(endingSignals)) {
    process.on(signal, () => {
      first ??= performance.now();
      if (performance.now() - first >= cliLimits.sameSignalMs) process.exit(code);
      asked.resolve();
    });
  }
  onHangup(reload, asked.resolve);
  if (isStartedByNpm(process.env)) whenParentEnds(asked.resolve);
  return asked.promise;
}

/**
 * SIGHUP asks a service to read its files again, and tells a program that its terminal has closed. The latter is so where
 * there was a terminal and is none now; a program started with `nohup` goes on then too.
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

/** As `nohup` leaves it; to listen to the signal, as we do, undoes that. Bit 0 is signal 1. */
function isHangupIgnored(): boolean {
  try {
    const ignored = /^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
    return (Number.parseInt(ignored, 16) & 1) === 1;
  } catch {
    return false;
  }
}

/** `npm start` in this project: the script replaces its shell by this process, so npm is the parent. */
function isStartedByNpm({ npm_lifecycle_event: script, npm_package_name: name }: NodeJS.ProcessEnv): boolean {
  return script === "start" && name === "lading";
}

/** An npm that SIGKILL or SIGHUP ended can pass nothing on. As PID 1 of a container it cannot go without us. */
function whenParentEnds(end: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => process.ppid !== parent && end(), cliLimits.parentPollMs);
  timer.unref();
}
