import { Client } from "../../src/loadtest/http/client.ts";
import { figuresOf, Measurement } from "../../src/loadtest/measurement.ts";
import { repeat } from "../../src/loadtest/run.ts";
import type { Operations, Subject } from "./curve.ts";
import type { Point } from "./point.ts";
import { pointOf, secondsOf, type Round } from "./rounds.ts";

export interface Effort {
  /** The duration for each series of each subject, for all rounds together. */
  readonly seconds: number;
  readonly rounds: number;
}

/** One series of one subject. */
interface Turn {
  readonly series: string;
  readonly subject: Subject;
  readonly clients: readonly Client[];
  readonly operation: Operations[string];
  readonly rounds: Round[];
}

/**
 * Measures all series of all subjects alternately, so that a slow minute of the machine does not affect only one point.
 */
export async function measure(subjects: readonly Subject[], { seconds, rounds }: Effort): Promise<Point[]> {
  const turns = subjects.flatMap(turnsOf);
  for (let round = 0; round < rounds; round += 1) {
    for (const turn of turns) {
      // A series that has already taken longer than all of its rounds is not measured again.
      if (secondsOf(turn.rounds) < seconds) turn.rounds.push(await measureRound(turn, seconds / rounds));
    }
  }
  for (const { clients } of turns) for (const client of clients) client.close();
  return turns.map(({ series, subject: { at, registry }, rounds: found }) =>
    pointOf({ series, at, megabytes: registry.megabytes() }, found),
  );
}

function turnsOf(subject: Subject): Turn[] {
  const clients = Array.from({ length: subject.concurrency }, () => new Client(subject.registry.origin));
  return Object.entries(subject.operations).map(([series, operation]) => ({
    series,
    subject,
    clients,
    operation,
    rounds: [],
  }));
}

async function measureRound({ subject, operation, clients }: Turn, seconds: number): Promise<Round> {
  const measurement = new Measurement();
  const { registry } = subject;
  const [start, before] = [performance.now(), registry.processorUs()];
  await repeat(operation, clients, { seconds, now: () => performance.now() }, measurement);
  const took = (performance.now() - start) / 1000;
  const figures = figuresOf(measurement, { work: "", concurrency: clients.length, requests: 0, seconds: took });
  return { figures, processorUs: registry.processorUs() - before };
}
