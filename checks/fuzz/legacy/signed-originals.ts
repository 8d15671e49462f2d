/** Correctly signed documents of all kinds, as originals for the damage. */
import { createHash } from "node:crypto";
import { signatureOf, signPayload, joinSignatures } from "../../../src/docker/schema1/sign.ts";
import { openSigned, type OpenDocument } from "../../../src/docker/schema1/signed.ts";
import { certificateOf } from "../../../test/support/certificates.ts";
import { libtrustDocuments } from "../../../test/support/libtrust.ts";
import {
  documentOf,
  elementOf,
  payloadOf,
  schema1Content,
  signedAt,
  signingKeys,
} from "../../../test/support/schema1.ts";

const keys = Object.values(signingKeys);
const oneLine = payloadOf();
const indented = payloadOf(schema1Content, "   ");
const short = new TextEncoder().encode('{"name":"a/b","tag":"Sômé"}\n');

function chained(): Uint8Array {
  const [{ privateKey: key }, { privateKey: signer }] = [signingKeys.ES256, signingKeys.RS256];
  const leaf = certificateOf({ subject: "leaf", issuer: "root", key, signer, authority: false });
  const root = certificateOf({ subject: "root", issuer: "root", key: signer, signer });
  const x5c = [leaf, root].map((certificate) => certificate.toString("base64"));
  return documentOf(oneLine, [elementOf(oneLine, { header: { alg: "ES256", x5c } })]);
}

function signedByThree(payload: Uint8Array): Uint8Array {
  const three = [signingKeys.ES256, signingKeys.ES384, signingKeys.RS256];
  return joinSignatures(
    payload,
    three.map((key) => signatureOf(payload, key, signedAt)),
  );
}

export const signedOriginals: readonly Uint8Array[] = [
  ...keys.map((key) => signPayload(oneLine, key, signedAt)),
  ...keys.map((key) => signPayload(short, key, signedAt)),
  signPayload(indented, signingKeys.ES256, signedAt),
  signedByThree(oneLine),
  signedByThree(indented),
  chained(),
  ...Object.values(libtrustDocuments).map(({ document }) => new TextEncoder().encode(document)),
];

/** The claims of the signatures: the payload, the key, the algorithm and the bytes. Nothing else may be accepted. */
export function claimsOf({ payload, signatures }: OpenDocument): string[] {
  const sum = createHash("sha256").update(payload).digest("hex");
  return signatures.map(({ keyId, header: { alg }, protected: text, signature }) =>
    [sum, keyId, alg, text, Buffer.from(signature.replace(/[ \n=]/g, ""), "base64url").toString("hex")].join(" "),
  );
}

export const knownClaims: ReadonlySet<string> = new Set(
  signedOriginals.flatMap((document) => claimsOf(openSigned(document))),
);
