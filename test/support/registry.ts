import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ManualClock } from "../../src/base/clock.ts";
import { loadSettings } from "../../src/config/load.ts";
import type { Settings } from "../../src/config/settings.ts";
import { serve } from "../../src/server/compose.ts";
import type { Recorder } from "./recorder.ts";
import { stageFor, type TestOptions } from "./stage.ts";
import { fetchFromAllWorkers, testWorkers } from "./test-workers.ts";

/** A registry for one test or one test file. */
export interface TestRegistry {
  /** `http://127.0.0.1:<port>`, or `https`. */
  readonly url: string;
  readonly port: number;
  readonly data: string;
  readonly clock: ManualClock;
  readonly recorder: Recorder;
  /** Reads the certificate again, as on SIGHUP; for a registry with TLS. */
  reloadCertificate(): Promise<void>;
  /** Stops the registry, checks that every response conformed to its row, and removes the data. */
  dispose(): Promise<void>;
  /** Stops the registry and starts another one with the same data, and with changed settings if some are given. */
  restart(settings?: Partial<Settings>): Promise<TestRegistry>;
}

if (testWorkers > 1) fetchFromAllWorkers();

/** Starts a whole registry on loopback, with real SQLite and real files in a separate directory. */
export async function startRegistry(options: TestOptions = {}): Promise<TestRegistry> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "lading-test-")));
  const stage = stageFor(options);
  const { clock, recorder, workers } = stage;
  const listen = { hostname: "127.0.0.1", port: 0 };
  const settings = { ...loadSettings([], {}), ...options.settings, listen, data, log: "off", workers } as const;
  const running = await serve(settings, stage.parts);
  const stop = async () => {
    await running.stop();
    stage.close();
    if (recorder.breaches.length > 0)
      throw new Error(`responses do not conform to their rows: ${recorder.breaches.join("; ")}`);
    if (recorder.defects.length > 0 && !options.internalErrorsExpected)
      throw new Error(`requests failed with internal errors: ${recorder.defects.join("; ")}`);
  };
  return {
    url: `${running.scheme}://127.0.0.1:${running.port}`,
    port: running.port,
    data,
    clock,
    recorder,
    reloadCertificate: () => running.reloadCertificate!(),
    async dispose() {
      await stop();
      await rm(data, { recursive: true });
    },
    async restart(changed) {
      await stop();
      return startRegistry({ ...options, data, settings: { ...options.settings, ...changed } });
    },
  };
}
