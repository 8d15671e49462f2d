/** Signed schema 1 manifests, built part by part, so that tests can make each part invalid. */
import { generateKeyPairSync } from "node:crypto";
import { publicJwkOf, signBytes, signingKeyOf, type SigningKey } from "../../src/docker/schema1/key.ts";
import type { SignatureAlgorithm } from "../../src/docker/schema1/public-key.ts";

const curveKey = (namedCurve: string) => signingKeyOf(generateKeyPairSync("ec", { namedCurve }).privateKey);
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

/** One key for each algorithm; the three RSA algorithms share a key. */
export const signingKeys: Readonly<Record<SignatureAlgorithm, SigningKey>> = {
  ES256: curveKey("P-256"),
  ES384: curveKey("P-384"),
  ES512: curveKey("P-521"),
  RS256: signingKeyOf(rsa, "RS256"),
  RS384: signingKeyOf(rsa, "RS384"),
  RS512: signingKeyOf(rsa, "RS512"),
};

/** The time in the signatures of the tests. */
export const signedAt = new Date("2015-03-04T05:06:07.890Z");

const layer = (seed: string) => `sha256:${seed.repeat(64)}`;

/** Two layers, the upper one on top of the other. */
export const schema1Content = {
  schemaVersion: 1,
  name: "library/hello",
  tag: "latest",
  architecture: "amd64",
  fsLayers: [{ blobSum: layer("b") }, { blobSum: layer("a") }],
  history: [
    { v1Compatibility: JSON.stringify({ id: "2".repeat(64), parent: "1".repeat(64), os: "linux" }) },
    { v1Compatibility: JSON.stringify({ id: "1".repeat(64) }) },
  ],
};

/** The payload of a manifest, indented or on one line. */
export function payloadOf(content: unknown = schema1Content, indent?: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(content, undefined, indent));
}

/** The protected text of a signature over a payload on one line, and a test's changes to it. */
export interface ElementOptions {
  readonly key?: SigningKey;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Members of the protected text, or its bytes. */
  readonly protected?: Readonly<Record<string, unknown>> | string;
}

/** An element of `signatures` that the key made over this exact text, valid or not. */
export function elementOf(payload: Uint8Array, options: ElementOptions = {}) {
  const key = options.key ?? signingKeys.ES256;
  const format = { formatLength: payload.length - 1, formatTail: base64Url("}"), time: "2015-03-04T05:06:07Z" };
  const said = options.protected ?? {};
  const protectedText = base64Url(typeof said === "string" ? said : JSON.stringify({ ...format, ...said }));
  const input = Buffer.from(`${protectedText}.${base64Url(payload)}`);
  return {
    header: options.header ?? { jwk: publicJwkOf(key.publicKey), alg: key.algorithm },
    signature: signBytes(key, input).toString("base64url"),
    protected: protectedText,
  };
}

/** A payload on one line with any value for its signatures. */
export function documentOf(payload: Uint8Array, signatures: unknown, after = ""): Uint8Array<ArrayBuffer> {
  const text = `,"signatures":${JSON.stringify(signatures)}${after}}`;
  return new Uint8Array(Buffer.concat([payload.subarray(0, -1), Buffer.from(text)]));
}

/** Encodes bytes as base64url without padding. */
export function base64Url(bytes: string | Uint8Array): string {
  return Buffer.from(bytes as string).toString("base64url");
}
