import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../src/base/clock.ts";
import type { Policy } from "../../src/auth/grant.ts";
import { loadSettings } from "../../src/config/load.ts";
import type { Settings } from "../../src/config/settings.ts";
import type { Authenticate } from "../../src/http/authenticate.ts";
import type { Budgets } from "../../src/http/budgets.ts";
import { serve, type Running } from "../../src/server/compose.ts";
import type { Faults } from "./faults.ts";
import { Recorder } from "./recorder.ts";

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

/** The options of a test registry. */
export interface TestOptions {
  readonly authenticate?: Authenticate;
  readonly policy?: Policy;
  readonly data?: string;
  readonly settings?: Partial<Settings>;
  readonly certificatePollMs?: number;
  readonly faults?: Faults;
  /** The content of /metrics. */
  readonly expose?: () => Promise<string>;
  /** The size below which blobs are inline, by default as in `limits.ts`; 0 for a test that needs files. */
  readonly inlineBlobBytes?: number;
  /** Changed budgets for requests and responses; the others are those of a single process. */
  readonly budgets?: Partial<Budgets>;
  /** Whether the test causes an internal error. Otherwise an INTERNAL response fails the test. */
  readonly internalErrorsExpected?: boolean;
}

/** Starts a whole registry on loopback, with real SQLite and real files in a separate directory. */
export async function startRegistry(options: TestOptions = {}): Promise<TestRegistry> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "lading-test-")));
  const clock = new ManualClock();
  const recorder = new Recorder();
  const running: Running = await serve(
    {
      ...loadSettings([], {}),
      ...options.settings,
      listen: { hostname: "127.0.0.1", port: 0 },
      data,
      log: "off",
      workers: 1,
    },
    {
      clock,
      observers: [recorder],
      ...(options.inlineBlobBytes !== undefined && { inlineBlobBytes: options.inlineBlobBytes }),
      ...(options.budgets && { budgets: options.budgets }),
      ...(options.certificatePollMs !== undefined && { certificatePollMs: options.certificatePollMs }),
      ...(options.expose && { expose: options.expose }),
      ...(options.authenticate && { authenticate: options.authenticate }),
      ...(options.policy && { policy: options.policy }),
      ...(options.faults && { store: options.faults.store, driver: options.faults.driver }),
    },
  );
  const stop = async () => {
    await running.stop();
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
    async restart(settings) {
      await stop();
      return startRegistry({ ...options, data, settings: { ...options.settings, ...settings } });
    },
  };
}
