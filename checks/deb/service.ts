/** The service on a private machine. */
import { join } from "node:path";
import { until } from "../../test/support/until.ts";
import type { Machine } from "./machine.ts";

const client = join(import.meta.dir, "client.ts");
const url = "http://127.0.0.1:5000";
const pollMs = 50;

/** The service `lading` of a private machine, and a client of its registry. */
export class Service {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Returns a property of the service, as systemd names it. */
  property(name: string): Promise<string> {
    return this.#machine.require("systemctl", "show", "--value", "--property", name, "lading.service");
  }

  /** Waits until the service is in this state, such as `active`. */
  async untilState(state: string): Promise<void> {
    await until(async () => (await this.property("ActiveState")) === state, pollMs);
  }

  /** Throws if the service does not run. Returns its main process. */
  async requireRunning(): Promise<number> {
    const states = [await this.property("ActiveState"), await this.property("SubState"), await this.property("Type")];
    if (states.join() !== "active,running,notify") throw new Error(`${states.join()}: ${await this.journal()}`);
    return Number(await this.property("MainPID"));
  }

  journal(): Promise<string> {
    return this.#machine.require("journalctl", "--no-pager", "--output=cat", "--unit=lading.service");
  }

  /** Runs a command of the client that must succeed. */
  async request(command: "push" | "pull"): Promise<void> {
    const child = this.#client(command);
    const errors = new Response(child.stderr).text();
    if ((await child.exited) !== 0) throw new Error(`${command}: ${await errors}`);
  }

  /** Begins slow pulls. The returned function finishes them, and resolves to the number of those that were cut. */
  async beginPulls(): Promise<() => Promise<string>> {
    const child = this.#client("hold");
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value, done } = await reader.read();
    if (done) throw new Error(`no pull: ${await new Response(child.stderr).text()}`);
    if (value !== "pulling\n") throw new Error(`the client printed ${value}`);
    return async () => {
      void child.stdin.write("\n");
      await child.stdin.end();
      return (await reader.read()).value?.trim() ?? "";
    };
  }

  #client(command: string) {
    return this.#machine.spawnInNetwork([process.execPath, client, command, url]);
  }
}
