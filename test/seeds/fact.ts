/** The types of the requirements of 2014. The API table is compared with them. */
import type { Method } from "../../src/api/describe.ts";
import type { RowId } from "../coverage/clause.ts";

export interface ParameterFact {
  readonly name: string;
  readonly required?: true;
}

export interface SuccessFact {
  readonly status: number;
  readonly headers?: readonly string[];
  /** The media type. */
  readonly body?: string;
}

export interface RefusalFact {
  readonly status: number;
  /** Absent if the text gives only the status. */
  readonly codes?: readonly string[];
  readonly headers?: readonly string[];
}

export interface UseFact {
  readonly method: Method;
  /** If a method has several uses: the name of the use, and the query keys that select it. */
  readonly name?: string;
  readonly when?: readonly string[];
  readonly path?: readonly string[];
  readonly query?: readonly ParameterFact[];
  readonly headers?: readonly ParameterFact[];
  /** The media type. */
  readonly body?: string;
  readonly successes?: readonly SuccessFact[];
  readonly refusals?: readonly RefusalFact[];
  /** Clauses with tests for the rest of the use: not for its parameters, codes and rights. */
  readonly shown: readonly string[];
}

export interface RouteFact {
  readonly name: string;
  readonly path: string;
  readonly uses: readonly UseFact[];
}

export interface CodeFact {
  readonly code: string;
  /** Empty for any status. */
  readonly statuses: readonly number[];
}

/**
 * A requirement that today's row does not meet: the row of 2014 that meets it, or the reason in docs/divergences.md.
 */
export type Exception = ({ readonly row: RowId } | { readonly divergence: string }) & {
  /** Clauses whose tests show the current behaviour. */
  readonly shown: readonly string[];
};

/** One requirement of a text, its implementation, and the clauses with its tests. */
export interface Line {
  readonly entry: string;
  readonly rows?: readonly RowId[];
  /** Paths in the repository. */
  readonly modules?: readonly string[];
  /** The beginning of a paragraph in docs/divergences.md. */
  readonly divergence?: string;
  readonly shown: readonly string[];
}

export interface Seed {
  readonly title: string;
  /** The description of the text. */
  readonly about: string;
  readonly lines: readonly Line[];
}
