import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/repository-name.ts";

/** The identity that makes a request. */
export interface Principal {
  readonly name: string;
}

/** The principal of every request while Lading has no accounts. */
export const anonymous: Principal = { name: "anonymous" };

/** An action on a repository. The names are those of the token scopes. */
export type RepositoryAction = "pull" | "push" | "delete";
/** An action on the registry as a whole: `base` checks that the API exists, `catalog` lists the repositories. */
export type RegistryAction = "base" | "catalog";

/** A question to the policy: may this principal do this action on this object? */
export interface AccessRequest {
  readonly principal: Principal;
  readonly action: RepositoryAction | RegistryAction;
  /** The repository of the action; absent for an action on the registry as a whole. */
  readonly repository?: RepositoryName;
  /** The tag, digest or upload session id that the action is about. */
  readonly object?: string;
}

/**
 * A policy's answer. A challenge is the value of `WWW-Authenticate`, for a client that could succeed with other
 * credentials.
 */
export type Decision = "granted" | "denied" | { readonly challenge: string };

/** A rule that allows or denies access requests. */
export interface Policy {
  decide(request: AccessRequest): Decision;
}

/** A policy that allows every request. */
export const openPolicy: Policy = { decide: () => "granted" };

const issuing = Symbol("issuing");

/**
 * A grant is the proof that a policy allowed an action on one object of one repository. The core takes the repository
 * and the object from the grant and from nowhere else, so a handler cannot ask about one object and open another. Only
 * `authorize` creates grants.
 */
export class Grant<Action extends RepositoryAction, Object = unknown> {
  readonly principal: Principal;
  readonly action: Action;
  readonly repository: RepositoryName;
  readonly object: Object;
  /** Makes the type nominal, so that an object with the same fields is not a grant. */
  protected readonly issued = true;

  constructor(key: typeof issuing, request: GrantRequest<Action, Object>) {
    if (key !== issuing) throw new TypeError("only a policy's decision creates a grant");
    this.principal = request.principal;
    this.action = request.action;
    this.repository = request.repository;
    this.object = request.object;
  }

  /** Narrows a right to push to an upload session that was started under it. */
  forSession(this: Grant<"push", undefined>, session: string): Grant<"push", string> {
    const { principal, action, repository } = this;
    return new Grant(issuing, { principal, action, repository, object: session });
  }
}

/** The input of `authorize`: the access request, with the object in its parsed form. */
export interface GrantRequest<Action extends RepositoryAction, Object> {
  readonly principal: Principal;
  readonly action: Action;
  readonly repository: RepositoryName;
  readonly object: Object;
}

/** Asks the policy for a grant. Throws UNAUTHORIZED if other credentials could help, DENIED if they could not. */
export function authorize<Action extends RepositoryAction, Object>(
  policy: Policy,
  request: GrantRequest<Action, Object>,
): Grant<Action, Object> {
  admit(policy, { ...request, object: String(request.object) });
  return new Grant(issuing, request);
}

/** Asks the policy whether an action on the registry as a whole is allowed. Throws like `authorize`. */
export function admit(policy: Policy, request: AccessRequest): void {
  const decision = policy.decide(request);
  if (decision === "granted") return;
  if (decision === "denied") throw new RegistryError("DENIED");
  throw new RegistryError("UNAUTHORIZED", {}, { challenge: decision.challenge });
}

/** A function that returns a grant to read an object in a repository; undefined if the caller may not read it there. */
export type ReaderOf<Object> = (repository: RepositoryName) => Grant<"pull", Object> | undefined;

/**
 * Like `authorize`, but returns undefined instead of throwing. It is for operations that have a fallback without the
 * grant.
 */
export function tryAuthorize<Action extends RepositoryAction, Object>(
  policy: Policy,
  request: GrantRequest<Action, Object>,
): Grant<Action, Object> | undefined {
  const decision = policy.decide({ ...request, object: String(request.object) });
  return decision === "granted" ? new Grant(issuing, request) : undefined;
}
