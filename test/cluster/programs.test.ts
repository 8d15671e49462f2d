/** Registries whose workers run a program of the test. */
import { readFileSync } from "node:fs";
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { loadSettings } from "../../src/config/load.ts";
import { serve } from "../../src/server/compose.ts";
import { patienceMs } from "../support/patience.ts";
import { withDirectory } from "../support/process.ts";
import { rejectionOf } from "../support/rejection.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

/** The settings of a registry with two workers, at a port that the system chooses. */
function settingsAt(path: string) {
  const listen = { hostname: "127.0.0.1", port: 0 };
  return { ...loadSettings([], {}), listen, data: join(path, "data"), log: "off", workers: 2 } as const;
}

function commandOf(program: string, ...parameters: readonly string[]): string[] {
  return [process.execPath, join(import.meta.dir, program), ...parameters];
}

test("each worker authenticates and decides with the parts of its program", () =>
  withDirectory(async (path) => {
    const running = await serve(settingsAt(path), { workerCommand: commandOf("challenging-worker.ts") });
    const challenges = new Set<string | null>();
    await until(async () => {
      const response = await fetch(`http://127.0.0.1:${running.port}/v2/`, { keepalive: false });
      expect(response.status).toBe(401);
      challenges.add(response.headers.get("www-authenticate"));
      return challenges.size === 2;
    });
    for (const challenge of challenges) expect(challenge).toMatch(/^Basic realm="process \d+"$/);
    await running.stop();
  }));

test("no other program gets the port that the system has chosen, before the workers listen", () =>
  withDirectory(async (path) => {
    const result = join(path, "result");
    const started = serve(settingsAt(path), { workerCommand: commandOf("port-thief.ts", result) });
    expect(await rejectionOf(started)).toBeInstanceOf(Error);
    expect(readFileSync(result, "utf8")).toBe("EADDRINUSE");
  }));
