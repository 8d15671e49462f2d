/** Asks the policy for the access that a row requires. */
import type { Access } from "../api/describe.ts";
import {
  admit,
  authorize,
  tryAuthorize,
  type Grant,
  type Policy,
  type Principal,
  type ReaderOf,
} from "../auth/grant.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import type { BoundValues } from "./bind.ts";

/** A principal, and the policy that decides about its access. */
export interface Requester {
  readonly policy: Policy;
  readonly principal: Principal;
}

/**
 * Grants access to the object of the row; undefined if the row requires no access to a repository. Throws if the policy
 * denies it.
 */
export function access(
  { policy, principal }: Requester,
  required: Access | undefined,
  path: BoundValues,
): Grant<never> | undefined {
  if (!required) return undefined;
  if (required.action === "base" || required.action === "catalog") {
    admit(policy, { principal, action: required.action });
    return undefined;
  }
  const object = "object" in required && required.object !== undefined ? path[required.object] : undefined;
  const repository = path["name"] as RepositoryName;
  return authorize(policy, { principal, action: required.action, repository, object }) as Grant<never>;
}

/**
 * Returns a function that grants access to the object of a mount in a second repository. If the policy denies it, the
 * request continues as if the mount were not requested.
 */
export function sourceGranter(
  { policy, principal }: Requester,
  required: Access | undefined,
  query: BoundValues,
): ReaderOf<unknown> | undefined {
  if (!required || !("from" in required)) return undefined;
  const { action, object } = required.from;
  return (repository) => tryAuthorize(policy, { principal, action, repository, object: query[object] });
}

/**
 * Grants access to the second repository of a mount; undefined if the request names none, or if the policy denies it.
 */
export function sourceGrantOf(required: Access | undefined, query: BoundValues, grantSource: ReaderOf<unknown>) {
  if (!required || !("from" in required)) return undefined;
  const { repository, object } = required.from;
  const name = query[repository] as RepositoryName | undefined;
  return name === undefined || query[object] === undefined ? undefined : grantSource(name);
}

/**
 * Checks access to each value of a list in the query. Each value is a separate object and needs the same access as
 * the object of the row.
 */
export function accessEach(
  policy: Policy,
  required: Access | undefined,
  grant: Grant<never> | undefined,
  query: BoundValues,
): void {
  if (!grant || !required || !("each" in required) || required.each === undefined) return;
  const { principal, action, repository } = grant;
  for (const object of query[required.each] as readonly unknown[])
    authorize(policy, { principal, action, repository, object });
}
