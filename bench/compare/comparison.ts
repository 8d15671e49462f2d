import type { Contender } from "./contender.ts";
import type { Places } from "./places.ts";
import type { Bar, Role } from "./result.ts";
import type { Scale } from "./scale.ts";
import type { Stores } from "./stores.ts";

/** What a comparison is made with. */
export interface Bench {
  /** Lading first. */
  readonly registries: readonly Contender[];
  readonly places: Places;
  readonly stores: Stores;
  readonly seconds: number;
  readonly scale: Scale;
}

/** One that takes its turn in each round. */
export interface Participant {
  readonly name: string;
  readonly role: Role;
  readonly start: () => Promise<Turns>;
}

export interface Turns {
  /** One figure. */
  readonly measure: () => Promise<number>;
  readonly end: () => Promise<void>;
}

/** One row of the table: a figure of each participant, and the bars on Lading's. */
export interface Comparison {
  readonly name: string;
  readonly title: (scale: Scale) => string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** Where one round says as much as many. */
  readonly rounds?: number;
  /** Everybody gets a turn first that does not count: a runtime compiles what is used much. */
  readonly warmUp?: true;
  readonly participants: (bench: Bench) => Participant[];
}

/** A participant that has nothing to start. */
export function plain(name: string, role: Role, measure: () => Promise<number>): Participant {
  return { name, role, start: async () => ({ measure, end: async () => {} }) };
}
