import type { Precondition } from "../../oci/precondition.ts";

export interface ConditionHeaders {
  readonly "if-match": string | undefined;
  readonly "if-none-match": string | undefined;
}

/** Undefined where the request has no condition. */
export function conditionOf({
  "if-match": match,
  "if-none-match": noneMatch,
}: ConditionHeaders): Precondition | undefined {
  return match === undefined && noneMatch === undefined ? undefined : { match, noneMatch };
}
