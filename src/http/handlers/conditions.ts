import type { Precondition } from "../../oci/precondition.ts";

/** The headers that make a request conditional. */
export interface ConditionHeaders {
  readonly "if-match": string | undefined;
  readonly "if-none-match": string | undefined;
}

/** The precondition of a request; undefined if it has none. */
export function conditionOf({
  "if-match": match,
  "if-none-match": noneMatch,
}: ConditionHeaders): Precondition | undefined {
  return match === undefined && noneMatch === undefined ? undefined : { match, noneMatch };
}
