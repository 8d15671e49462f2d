/** The command that starts a worker. It is not in the table of commands, because only a supervisor can use it. */

const name = "worker";

/** Whether this process was started by a supervisor. */
export function isWorker(command: string): boolean {
  return command === name && process.send !== undefined;
}

/** The command line of a worker of this program. */
export function workerCommand(): string[] {
  return [process.execPath, ...process.execArgv, ...program(), name];
}

/** The program that the runtime needs as an argument; an executable with everything in one file needs none. */
function program(): string[] {
  return Bun.main.startsWith("/$bunfs/") ? [] : [Bun.main];
}
