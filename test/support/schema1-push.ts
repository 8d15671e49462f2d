/** Signs schema 1 manifests of pushed content, and pushes them. */
import { expect } from "bun:test";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import type { SigningKey } from "../../src/docker/schema1/key.ts";
import { joinSignatures, signatureOf } from "../../src/docker/schema1/sign.ts";
import { payloadOf, schema1Content, signedAt, signingKeys } from "./schema1.ts";

/** A signed schema 1 manifest with its digest. */
export interface SignedManifest {
  readonly document: Uint8Array<ArrayBuffer>;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** The digest of the payload. */
  readonly digest: Digest;
}

interface Options {
  /** The signing keys. */
  readonly keys?: readonly SigningKey[];
  readonly indent?: string;
  /** Other members of the document. */
  readonly content?: Readonly<Record<string, unknown>>;
}

/** A signed manifest of these layers, the top layer first. */
export function signedManifestOf(name: string, tag: string, layers: readonly string[], options: Options = {}) {
  const { keys = [signingKeys.ES256], indent = "   ", content = {} } = options;
  const fsLayers = layers.map((blobSum) => ({ blobSum }));
  const history = layers.map((_, index) => ({ v1Compatibility: JSON.stringify({ id: String(index).repeat(64) }) }));
  return signed(payloadOf({ ...schema1Content, name, tag, fsLayers, history, ...content }, indent), keys);
}

/** Signs a payload with each of the keys. */
export function signed(payload: Uint8Array<ArrayBuffer>, keys: readonly SigningKey[]): SignedManifest {
  const signatures = keys.map((key) => signatureOf(payload, key, signedAt));
  return { document: joinSignatures(payload, signatures), payload, digest: digestOf(payload) };
}

/** The media type of signed schema 1 manifests. */
export const prettyjws = "application/vnd.docker.distribution.manifest.v1+prettyjws";

/** The errors of a refused push, in order. */
export interface Refusal {
  readonly status: number;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly detail: unknown }[];
}

/** Reads the errors of a refused push. */
export async function refusalOf(response: Response): Promise<Refusal> {
  const { errors } = (await response.json()) as Refusal;
  return { status: response.status, errors };
}

/** Expects that the manifest is served, with the same headers for each method. */
export async function expectGiven(url: string, { document, digest }: SignedManifest, methods = ["HEAD", "GET"]) {
  for (const method of methods) {
    const reply = await fetch(url, { method });
    expect([method, reply.status, reply.headers.get("content-type")]).toEqual([method, 200, prettyjws]);
    expect(reply.headers.get("docker-content-digest")).toBe(digest);
    expect(reply.headers.get("etag")).toBe(`"${digest}"`);
    expect(reply.headers.get("content-length")).toBe(String(document.length));
    if (method === "GET")
      expect(new TextDecoder().decode(await reply.bytes())).toBe(new TextDecoder().decode(document));
  }
  const known = await fetch(url, { headers: { "if-none-match": `"${digest}"` } });
  expect(known.status).toBe(304);
}
