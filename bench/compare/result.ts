/** The result of a comparison. The JSON of a run is a list of them. */
export type Role = "lading" | "variant" | "peer" | "limit";

/** The figures of one participant. */
export interface Series {
  readonly name: string;
  readonly role: Role;
  /** One figure for each successful round. */
  readonly values: readonly number[];
  /** The reason why figures are missing. */
  readonly problem?: string;
}

export type Bar =
  /** A multiple of the lowest of these limits. */
  | { readonly kind: "of limits"; readonly limits: readonly string[]; readonly least: number }
  /** A multiple of every peer. */
  | { readonly kind: "of peers"; readonly least: number }
  | { readonly kind: "at least"; readonly value: number }
  | { readonly kind: "at most"; readonly value: number };

export interface Result {
  /** The name for `--only`. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly series: readonly Series[];
  /** The number of rounds, and the length of each turn if it can be chosen. */
  readonly turns: string;
  /** The commit of the measured checkout, and the date. */
  readonly commit: string;
  readonly date: string;
}
