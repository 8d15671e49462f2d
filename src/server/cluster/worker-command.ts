/** The command that starts a worker. It is not in the table of commands, because only a supervisor can use it. */

const name = "worker";

/** Whether this process was started by a supervisor. */
export function isWorker(command: string): boolean {
  return command === name && process.send !== undefined;
}

/** The command line of a worker of this program. */
export function workerCommand(): string[] {
  return [...program(), name];
}

/** The command of this program. An executable is the runtime and the program in one file. */
function program(): string[] {
  return Bun.isStandaloneExecutable ? [process.execPath] : [process.execPath, ...process.execArgv, Bun.main];
}
