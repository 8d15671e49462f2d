/** What a comparison came to; the JSON of a run is a list of these. */
export type Role = "lading" | "variant" | "peer" | "limit";

/** The figures of one participant. */
export interface Series {
  readonly name: string;
  readonly role: Role;
  /** One for each round that went well. */
  readonly values: readonly number[];
  /** Why there are none, or no more. */
  readonly problem?: string;
}

export type Bar =
  /** So many times the lowest of these limits. */
  | { readonly kind: "of limits"; readonly limits: readonly string[]; readonly least: number }
  /** So many times every peer. */
  | { readonly kind: "of peers"; readonly least: number }
  | { readonly kind: "at least"; readonly value: number }
  | { readonly kind: "at most"; readonly value: number };

export interface Result {
  /** What `--only` knows it by. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly series: readonly Series[];
  /** How many rounds, and how long each turn was where that is chosen. */
  readonly turns: string;
  /** Of the checkout that was measured, and when. */
  readonly commit: string;
  readonly date: string;
}
