/**
 * A secret that a client might send in credentials, cookies, queries and bodies. If it appears in the log, it has
 * leaked. It is one word, which a parser may quote, and its length is a multiple of three, so that it can also be
 * found inside Base64.
 */
export const canary = "canary7f3a91d2c4e80b5d6f217";

export const canaryInBase64 = btoa(canary);

/** `user:` and the secret, as Basic credentials carry them. */
export const basicCredentials = btoa(`user0:${canary}`);
