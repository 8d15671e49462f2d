// The program of a worker of a test registry. Its parameter has the parts of the test that can cross processes.
import type { Parts } from "../../src/server/parts.ts";
import { work } from "../../src/server/cluster/worker.ts";
import { EventWriter } from "./event-file.ts";
import { Faults } from "./faults.ts";
import { FollowingClock } from "./shared-clock.ts";

/** The parameter of the program. */
export interface TestWorkerOptions {
  /** The files of the clock and of the request events. */
  readonly clock: string;
  readonly events: string;
  /** The file of the faults; absent if the test switches none on. */
  readonly faults?: string;
  readonly parts: Partial<Pick<Parts, "inlineBlobBytes">>;
}

const { clock, events, faults: path, parts } = JSON.parse(process.argv[2]!) as TestWorkerOptions;
const faults = path === undefined ? undefined : Faults.at(path);
process.exit(
  await work({
    ...parts,
    clock: new FollowingClock(clock),
    observers: [new EventWriter(events)],
    ...(faults && { store: faults.store, driver: faults.driver }),
  }),
);
