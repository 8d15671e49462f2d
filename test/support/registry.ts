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

export interface TestRegistry {
  /** `http://127.0.0.1:<port>`, or `https`. */
  readonly url: string;
  readonly port: number;
  readonly data: string;
  readonly clock: ManualClock;
  readonly recorder: Recorder;
  /** As on SIGHUP; for a registry with TLS. */
  reloadCertificate(): Promise<void>;
  /** Stops it, checks that no reply broke the table's word, and removes its data. */
  dispose(): Promise<void>;
  /** Stops it and starts another on the same data, with other settings where some are named. */
  restart(settings?: Partial<Settings>): Promise<TestRegistry>;
}

export interface TestOptions {
  readonly authenticate?: Authenticate;
  readonly policy?: Policy;
  readonly data?: string;
  readonly settings?: Partial<Settings>;
  readonly certificatePollMs?: number;
  readonly faults?: Faults;
  /** What /metrics answers. */
  readonly expose?: () => Promise<string>;
  /** Blobs below this size lie in the database, as `limits.ts` says; 0 for a test that looks at files or breaks them. */
  readonly inlineBlobBytes?: number;
  /** What requests and replies may take together; the rest as for a single process. */
  readonly budgets?: Partial<Budgets>;
  /** The test makes something break inside; otherwise an INTERNAL is a defect that fails it. */
  readonly internalErrorsExpected?: boolean;
}

/** A whole registry on loopback, with real SQLite and real files in a directory of its own. */
export async function startRegistry(options: TestOptions = {}): Promise<TestRegistry> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "lading-test-")));
  const clock = new ManualClock();
  const recorder = new Recorder();
  const running: Running = await serve(
    { ...loadSettings([], {}), ...options.settings, listen: { hostname: "127.0.0.1", port: 0 }, data, log: "off" },
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
      throw new Error(`replies broke the table's word: ${recorder.breaches.join("; ")}`);
    if (recorder.defects.length > 0 && !options.internalErrorsExpected)
      throw new Error(`requests failed inside: ${recorder.defects.join("; ")}`);
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
