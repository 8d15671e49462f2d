/** Runs a comparison: starts all participants, measures them alternately (A B C A B C), and stops them. */
import type { Bench, Comparison, Participant, Turns } from "./comparison.ts";
import type { Result, Series } from "./result.ts";

export interface RoundsOptions {
  readonly rounds: number;
  readonly commit: string;
  readonly say: (text: string) => void;
  /** Runs each round, exclusively on the machine if a lock file is set. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

class Entrant {
  readonly participant: Participant;
  turns: Turns | undefined;
  readonly values: number[] = [];
  problem: string | undefined;

  constructor(participant: Participant) {
    this.participant = participant;
  }

  /** Runs the work, and records a failure, so that the other participants continue. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.problem ??= (error as Error).message;
    }
  }

  get series(): Series {
    const { name, role } = this.participant;
    return { name, role, values: this.values, ...(this.problem !== undefined && { problem: this.problem }) };
  }
}

export async function compare(comparison: Comparison, bench: Bench, options: RoundsOptions): Promise<Result> {
  const { name, unit, bars } = comparison;
  const title = comparison.title(bench.scale);
  const rounds = Math.min(options.rounds, comparison.rounds ?? Number.POSITIVE_INFINITY);
  const entrants = comparison.participants(bench).map((participant) => new Entrant(participant));
  try {
    options.say(`${name}: starting ${entrants.map(({ participant }) => participant.name).join(", ")}`);
    for (const entrant of entrants) {
      await entrant.attempt(async () => void (entrant.turns = await entrant.participant.start()));
    }
    if (comparison.warmUp && rounds > 1) {
      await options.alone(() => measureAll(entrants));
      for (const { values } of entrants) values.length = 0;
    }
    for (let round = 1; round <= rounds; round += 1) {
      await options.alone(() => measureAll(entrants));
      options.say(`${name}: round ${round}: ${entrants.map(lastOf).join(", ")}`);
    }
  } finally {
    for (const entrant of entrants) await entrant.attempt(async () => entrant.turns?.end());
    bench.places.sweep();
  }
  const series = entrants.map((entrant) => entrant.series);
  const turns = `${rounds} rounds of ${bench.seconds} s`;
  return {
    name,
    title,
    unit,
    bars,
    series,
    turns,
    commit: options.commit,
    date: new Date().toISOString().slice(0, 10),
  };
}

async function measureAll(entrants: readonly Entrant[]): Promise<void> {
  for (const entrant of entrants) {
    const { turns } = entrant;
    if (!turns || entrant.problem !== undefined) continue;
    await entrant.attempt(async () => void entrant.values.push(await turns.measure()));
  }
}

function lastOf({ participant, values, problem }: Entrant): string {
  return `${participant.name} ${problem ?? values.at(-1)?.toPrecision(4)}`;
}
