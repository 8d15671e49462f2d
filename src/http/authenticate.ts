import { anonymous, type Principal } from "../auth/grant.ts";
import type { MaybePromise } from "../base/async/maybe-promise.ts";

/** Tells who makes a request. Throws UNAUTHORIZED if the request has credentials that are wrong. */
export type Authenticate = (request: Request) => MaybePromise<Principal>;

/** Every request is anonymous: Lading has no accounts yet, and does not look at credentials. */
export const asAnonymous: Authenticate = () => anonymous;
