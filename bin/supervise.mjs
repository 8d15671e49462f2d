/** Runs a program as if it were this process: signals go to it, and its end is the end of this process. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { RuntimeError } from "../tools/runtime.mjs";

/** The signals that programs and terminals send to end a process or to make it read its files again. */
const forwarded = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"];

/** Resolves when the program has ended. Then this process ends with the same exit code, or by the same signal. */
export async function supervise(command, parameters) {
  const listeners = forwarded.map((name) => [name, () => child.kill(name)]);
  // Before the start: the program may be ready, and get a signal, before the next line runs.
  for (const [name, listener] of listeners) process.on(name, listener);
  // If this process is killed, it can forward no signal. The registry recognises its parent by the variable.
  const env = { ...process.env, LADING_LAUNCHER: String(process.pid) };
  const child = spawn(command, parameters, { stdio: "inherit", env });
  const { code, signal } = await ended(child);
  for (const [name, listener] of listeners) process.off(name, listener);
  if (signal !== null) process.kill(process.pid, signal);
  // Process 1 of a container survives its own signal.
  process.exit(code ?? 128 + constants.signals[signal]);
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on("error", ({ message }) => reject(new RuntimeError(`the runtime does not start: ${message}`)));
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
}
