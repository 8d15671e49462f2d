/** What a test registry gets from its test, in the process of the test or in several workers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Policy } from "../../src/auth/grant.ts";
import { ManualClock } from "../../src/base/clock.ts";
import type { Settings } from "../../src/config/settings.ts";
import type { Authenticate } from "../../src/http/authenticate.ts";
import type { Budgets } from "../../src/http/budgets.ts";
import type { Parts } from "../../src/server/parts.ts";
import { FileRecorder } from "./event-file.ts";
import { Faults } from "./faults.ts";
import { Recorder } from "./recorder.ts";
import { SharedClock } from "./shared-clock.ts";
import type { TestWorkerOptions } from "./test-worker.ts";
import { reportRun, testWorkerProgram, testWorkers } from "./test-workers.ts";

/** The options of a test registry. */
export interface TestOptions {
  readonly authenticate?: Authenticate;
  readonly policy?: Policy;
  readonly data?: string;
  readonly settings?: Partial<Settings>;
  readonly faults?: Faults;
  /** The content of /metrics. */
  readonly expose?: () => Promise<string>;
  /** The size below which blobs are inline, by default as in `limits.ts`; 0 for a test that needs files. */
  readonly inlineBlobBytes?: number;
  /** Changed budgets for requests and responses; the others are those of a single process. */
  readonly budgets?: Partial<Budgets>;
  /** Whether the test causes an internal error. Otherwise an INTERNAL response fails the test. */
  readonly internalErrorsExpected?: boolean;
  /** Why the test is about one process, even if the tests run with several workers. */
  readonly oneProcess?: string;
}

/** The parts of one registry, and what the test sees of it. */
export interface Stage {
  readonly workers: number;
  readonly clock: ManualClock;
  readonly recorder: Recorder;
  readonly parts: Partial<Parts>;
  /** Call it when the registry has stopped. */
  close(): void;
}

/** Makes the parts of a registry with these options. */
export function stageFor(options: TestOptions): Stage {
  if (testWorkers === 1) return oneProcess(options);
  const reason = oneProcessReason(options);
  if (reason === undefined) return severalWorkers(options);
  reportRun({ reason });
  return oneProcess(options);
}

/** Why the registry cannot have several workers; undefined if it can. */
function oneProcessReason(options: TestOptions): string | undefined {
  if (options.oneProcess !== undefined) return options.oneProcess;
  if (options.budgets) return "its budgets are those of one process";
  // The faults of a subclass have code of its test.
  if (options.faults && options.faults.constructor !== Faults) return `its faults are ${testCode}`;
  const name = (["policy", "authenticate", "expose"] as const).find((part) => options[part]);
  return name && `${introductions[name]} ${testCode}`;
}

const testCode = "code of the test, which cannot cross to another process";
const introductions = { policy: "its policy is", authenticate: "it authenticates with", expose: "its metrics are" };

function oneProcess(options: TestOptions): Stage {
  const [clock, recorder] = [new ManualClock(), new Recorder()];
  const { authenticate, policy, expose, budgets } = options;
  const parts = {
    ...plainParts(options),
    clock,
    observers: [recorder],
    ...(expose && { expose }),
    ...(budgets && { budgets }),
    ...(authenticate && { authenticate }),
    ...(policy && { policy }),
    ...faultParts(options),
  };
  return { workers: 1, clock, recorder, parts, close: () => undefined };
}

function severalWorkers(options: TestOptions): Stage {
  const folder = mkdtempSync(join(tmpdir(), "lading-stage-"));
  const files = { clock: join(folder, "clock"), events: join(folder, "events") };
  const [clock, recorder] = [new SharedClock(files.clock), new FileRecorder(files.events)];
  const { faults } = options;
  const parts = plainParts(options);
  const workerOptions: TestWorkerOptions = { ...files, parts, ...(faults && { faults: join(folder, "faults") }) };
  faults?.shareAt(workerOptions.faults!);
  const workerCommand = [...testWorkerProgram, JSON.stringify(workerOptions)];
  const close = () => {
    recorder.close();
    rmSync(folder, { recursive: true });
    reportAnswered(recorder);
  };
  return {
    workers: testWorkers,
    clock,
    recorder,
    parts: { ...parts, ...faultParts(options), clock, workerCommand },
    close,
  };
}

function faultParts({ faults }: TestOptions) {
  return faults && { store: faults.store, driver: faults.driver };
}

/** The parts that are plain values. */
function plainParts({ inlineBlobBytes }: TestOptions) {
  return inlineBlobBytes === undefined ? {} : { inlineBlobBytes };
}

/** Reports the requests of each worker. Throws if one was replaced, because none may crash. */
function reportAnswered({ answered }: FileRecorder): void {
  const counts = [...answered].toSorted(([one], [other]) => one - other).map(([, count]) => count);
  if (counts.length > testWorkers) throw new Error("a worker has exited and was replaced");
  reportRun({ answered: counts });
}
