/** The registries of a run: Lading from this checkout, and its peers. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseOrigin, type Origin } from "../../src/loadtest/http/origin.ts";
import { freePort } from "../../checks/clients/registry.ts";
import { fill, versionIn, type Peer } from "./peers.ts";
import type { Role } from "./result.ts";
import { ServerProcess } from "./server-process.ts";

export interface RunningRegistry {
  readonly origin: Origin;
  readonly url: string;
  readonly pid: number;
  readonly readyMs: number;
  readonly end: () => Promise<void>;
}

export interface Contender {
  readonly name: string;
  readonly role: Role;
  readonly version: string;
  /** Starts the registry with this folder, which may contain data of an earlier start. */
  readonly start: (folder: string) => Promise<RunningRegistry>;
}

export const main = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");

export function lading(name: string, role: Role, version: string, workers: number): Contender {
  const start = (folder: string) =>
    startAt(folder, (port) => ({
      command: [
        process.execPath,
        main,
        "serve",
        "--listen",
        `127.0.0.1:${port}`,
        "--data",
        folder,
        "--log",
        "off",
        "--workers",
        String(workers),
      ],
    }));
  return { name, role, version, start };
}

/** Returns undefined if the binary of the peer is not found. */
export function contenderOf(peer: Peer): Contender | undefined {
  const binary = Bun.which(peer.binary);
  if (binary === null) return undefined;
  const asked = peer.versionParameters && Bun.spawnSync([binary, ...peer.versionParameters], { timeout: 10_000 });
  const version = asked ? versionIn(`${asked.stdout.toString()}${asked.stderr.toString()}`) : "unknown";
  const start = (folder: string) =>
    startAt(folder, (port) => {
      const values = { port: String(port), data: join(folder, "data"), config: join(folder, "config") };
      if (peer.template !== undefined) writeFileSync(values.config, fill(peer.template, values));
      return { command: [binary, ...peer.parameters.map((parameter) => fill(parameter, values))], env: peer.env ?? {} };
    });
  return { name: peer.name, role: "peer", version, start };
}

type Command = (port: number) => {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

async function startAt(folder: string, commandFor: Command): Promise<RunningRegistry> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await ServerProcess.start({ ...commandFor(port), log: `${folder}.log`, url: `${url}/v2/` });
  const { pid, readyMs } = server;
  return { origin: parseOrigin(url)!, url, pid, readyMs, end: () => server.end() };
}
