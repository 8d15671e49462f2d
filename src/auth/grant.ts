import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/repository-name.ts";

/** Who asks. */
export interface Principal {
  readonly name: string;
}

export const anonymous: Principal = { name: "anonymous" };

/** What can be done to a repository, in the words of the token scopes. */
export type RepositoryAction = "pull" | "push" | "delete";
/** What can be asked of the registry as a whole: whether it is there, and what it holds. */
export type RegistryAction = "base" | "catalog";

export interface AccessRequest {
  readonly principal: Principal;
  readonly action: RepositoryAction | RegistryAction;
  /** Absent where the registry as a whole is meant. */
  readonly repository?: RepositoryName;
  /** The tag, digest or session that the action is about. */
  readonly object?: string;
}

export type Decision = "granted" | "denied" | { readonly challenge: string };

export interface Policy {
  decide(request: AccessRequest): Decision;
}

/** Lets everybody do everything. */
export const openPolicy: Policy = { decide: () => "granted" };

const issuing = Symbol("issuing");

/**
 * The proof that a policy allowed an action on one object of one repository. The core takes what it works on from the
 * grant and from nowhere else, so that no handler can ask about one thing and open another. Only `authorize` makes one.
 */
export class Grant<Action extends RepositoryAction, Object = unknown> {
  readonly principal: Principal;
  readonly action: Action;
  readonly repository: RepositoryName;
  readonly object: Object;
  /** Makes the type nominal: an object that merely looks like a grant is none. */
  protected readonly issued = true;

  constructor(key: typeof issuing, request: GrantRequest<Action, Object>) {
    if (key !== issuing) throw new TypeError("a grant is only made by a policy's decision");
    this.principal = request.principal;
    this.action = request.action;
    this.repository = request.repository;
    this.object = request.object;
  }

  /** The right to an upload session that was made under a right to push. */
  forSession(this: Grant<"push", undefined>, session: string): Grant<"push", string> {
    const { principal, action, repository } = this;
    return new Grant(issuing, { principal, action, repository, object: session });
  }
}

export interface GrantRequest<Action extends RepositoryAction, Object> {
  readonly principal: Principal;
  readonly action: Action;
  readonly repository: RepositoryName;
  readonly object: Object;
}

/** Throws UNAUTHORIZED where other credentials could help, DENIED where they could not. */
export function authorize<Action extends RepositoryAction, Object>(
  policy: Policy,
  request: GrantRequest<Action, Object>,
): Grant<Action, Object> {
  admit(policy, { ...request, object: String(request.object) });
  return new Grant(issuing, request);
}

/** Like `authorize`, for what is asked of the registry as a whole. */
export function admit(policy: Policy, request: AccessRequest): void {
  const decision = policy.decide(request);
  if (decision === "granted") return;
  if (decision === "denied") throw new RegistryError("DENIED");
  throw new RegistryError("UNAUTHORIZED", {}, { challenge: decision.challenge });
}

/** Asks whether what a caller wants to read may be read in this repository. */
export type ReaderOf<Object> = (repository: RepositoryName) => Grant<"pull", Object> | undefined;

/** A grant where the policy gives one; for what has another way to go on without it. */
export function tryAuthorize<Action extends RepositoryAction, Object>(
  policy: Policy,
  request: GrantRequest<Action, Object>,
): Grant<Action, Object> | undefined {
  const decision = policy.decide({ ...request, object: String(request.object) });
  return decision === "granted" ? new Grant(issuing, request) : undefined;
}
