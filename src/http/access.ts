/** Asks the policy for the access that a row requires. */
import type { Access } from "../api/describe.ts";
import { admit, anonymous, authorize, tryAuthorize, type Grant, type Policy, type ReaderOf } from "../auth/grant.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import type { BoundValues } from "./bind.ts";

/** Grants access to the object of the row. Throws if the policy denies it. */
export function access(policy: Policy, wanted: Access | undefined, path: BoundValues): Grant<never> | undefined {
  if (!wanted) return undefined;
  if (wanted.action === "base" || wanted.action === "catalog") {
    admit(policy, { principal: anonymous, action: wanted.action });
    return undefined;
  }
  const object = "object" in wanted && wanted.object !== undefined ? path[wanted.object] : undefined;
  const repository = path["name"] as RepositoryName;
  return authorize(policy, { principal: anonymous, action: wanted.action, repository, object }) as Grant<never>;
}

/**
 * Returns a function that grants access to the object of a mount in a second repository. If the policy denies it, the
 * request continues as if the mount were not requested.
 */
export function secondReader(
  policy: Policy,
  wanted: Access | undefined,
  query: BoundValues,
): ReaderOf<unknown> | undefined {
  if (!wanted || !("also" in wanted)) return undefined;
  const { action, object } = wanted.also;
  return (repository) => tryAuthorize(policy, { principal: anonymous, action, repository, object: query[object] });
}

/**
 * Grants access to the second repository of a mount; undefined if the request names none, or if the policy denies it.
 */
export function secondAccess(wanted: Access | undefined, query: BoundValues, mayRead: ReaderOf<unknown>) {
  if (!wanted || !("also" in wanted)) return undefined;
  const { repository, object } = wanted.also;
  const name = query[repository] as RepositoryName | undefined;
  return name === undefined || query[object] === undefined ? undefined : mayRead(name);
}

/**
 * Checks access to each value of a list in the query. Each value is a separate object and needs the same access as
 * the object of the row.
 */
export function accessEach(
  policy: Policy,
  wanted: Access | undefined,
  grant: Grant<never> | undefined,
  query: BoundValues,
): void {
  if (!grant || !wanted || !("each" in wanted) || wanted.each === undefined) return;
  const { principal, action, repository } = grant;
  for (const object of query[wanted.each] as readonly unknown[])
    authorize(policy, { principal, action, repository, object });
}
