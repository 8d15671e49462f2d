/** What a text of 2014 says of the routes: data of ours, which the table is held against. */
import type { Method } from "../../src/api/describe.ts";
import type { RowId } from "../coverage/clause.ts";

export interface ParameterFact {
  readonly name: string;
  readonly required?: true;
}

export interface SuccessFact {
  readonly status: number;
  readonly headers?: readonly string[];
  /** Media type. */
  readonly body?: string;
}

export interface RefusalFact {
  readonly status: number;
  /** None where only the status is said. */
  readonly codes?: readonly string[];
  readonly headers?: readonly string[];
}

export interface UseFact {
  readonly method: Method;
  /** Where there are several of one method: its name, and the query keys that choose it. */
  readonly name?: string;
  readonly when?: readonly string[];
  readonly path?: readonly string[];
  readonly query?: readonly ParameterFact[];
  readonly headers?: readonly ParameterFact[];
  /** Media type. */
  readonly body?: string;
  readonly successes?: readonly SuccessFact[];
  readonly refusals?: readonly RefusalFact[];
  /** Clauses whose tests show what is not shown by those of a parameter, a code or a right. */
  readonly shown: readonly string[];
}

export interface RouteFact {
  readonly name: string;
  readonly path: string;
  readonly uses: readonly UseFact[];
}

export interface CodeFact {
  readonly code: string;
  /** Any where it is empty. */
  readonly statuses: readonly number[];
}

/** Where what is said does not hold of today's row: a row of 2014 of which it does, or why not, in docs/divergences.md. */
export type Exception = ({ readonly row: RowId } | { readonly divergence: string }) & {
  /** Clauses whose tests show what holds. */
  readonly shown: readonly string[];
};

/** One thing that a text says, what does it, and the clauses whose tests show it. */
export interface Line {
  readonly entry: string;
  readonly rows?: readonly RowId[];
  /** Paths in the project. */
  readonly modules?: readonly string[];
  /** How a paragraph of docs/divergences.md begins. */
  readonly divergence?: string;
  readonly shown: readonly string[];
}

export interface Seed {
  readonly title: string;
  /** What the text is. */
  readonly about: string;
  readonly lines: readonly Line[];
}
