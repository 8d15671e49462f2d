/** Asks the policy for the rights that a row names. */
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

/** A principal, and the policy that is asked about it. */
export interface Asking {
  readonly policy: Policy;
  readonly principal: Principal;
}

/** Returns the right to what the row is about; undefined if the row needs none for a repository. Throws if the policy refuses it. */
export function access(
  { policy, principal }: Asking,
  wanted: Access | undefined,
  path: BoundValues,
): Grant<never> | undefined {
  if (!wanted) return undefined;
  if (wanted.action === "base" || wanted.action === "catalog") {
    admit(policy, { principal, action: wanted.action });
    return undefined;
  }
  const object = "object" in wanted && wanted.object !== undefined ? path[wanted.object] : undefined;
  const repository = path["name"] as RepositoryName;
  return authorize(policy, { principal, action: wanted.action, repository, object }) as Grant<never>;
}

/** The right to the object of a mount in a second repository: without it the request goes on, as if it were not there. */
export function secondReader(
  { policy, principal }: Asking,
  wanted: Access | undefined,
  query: BoundValues,
): ReaderOf<unknown> | undefined {
  if (!wanted || !("also" in wanted)) return undefined;
  const { action, object } = wanted.also;
  return (repository) => tryAuthorize(policy, { principal, action, repository, object: query[object] });
}

export function secondAccess(wanted: Access | undefined, query: BoundValues, mayRead: ReaderOf<unknown>) {
  if (!wanted || !("also" in wanted)) return undefined;
  const { repository, object } = wanted.also;
  const name = query[repository] as RepositoryName | undefined;
  return name === undefined || query[object] === undefined ? undefined : mayRead(name);
}

/** Each value of a list in the query is an object of its own, and needs the right that the row's object needs. */
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
