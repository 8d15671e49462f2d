import type { Contender } from "./contender.ts";
import type { Places } from "./places.ts";
import type { Bar, Role } from "./result.ts";
import type { Scale } from "./scale.ts";
import type { Stores } from "./stores.ts";

/** The parts and the options of a run. */
export interface Bench {
  /** The registries, with Lading first. */
  readonly registries: readonly Contender[];
  readonly places: Places;
  readonly stores: Stores;
  readonly seconds: number;
  readonly scale: Scale;
}

/** A participant of a comparison. It is measured once in each round. */
export interface Participant {
  readonly name: string;
  readonly role: Role;
  readonly start: () => Promise<Turns>;
}

export interface Turns {
  /** Measures one figure. */
  readonly measure: () => Promise<number>;
  readonly end: () => Promise<void>;
}

/** One row of the table: a figure of each participant, and the bars for Lading's figure. */
export interface Comparison {
  readonly name: string;
  readonly title: (scale: Scale) => string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** The number of rounds, if fewer are enough. */
  readonly rounds?: number;
  /**
   * Whether each participant is first measured once without a result, because the runtime compiles code that runs
   * often.
   */
  readonly warmUp?: true;
  readonly participants: (bench: Bench) => Participant[];
}

/** A participant without a server. */
export function plain(name: string, role: Role, measure: () => Promise<number>): Participant {
  return { name, role, start: async () => ({ measure, end: async () => {} }) };
}
