import { X509Certificate } from "node:crypto";
import { dockerLimits } from "../limits.ts";
import type { JsonObject } from "../../oci/json.ts";
import { decodeBase64 } from "./base64.ts";
import { publicKeyOf, type PublicKey } from "./public-key.ts";
import { SignatureError } from "./signature-error.ts";

interface Link {
  readonly certificate: X509Certificate;
  readonly publicKey: PublicKey;
  readonly at: string;
}

/**
 * Returns the key of the first certificate of an `x5c` list (RFC 7515 section 4.1.6: base64 of DER, the signer's first,
 * each signed by the next). Throws a SignatureError `chain` if a certificate is not signed by the next one, or the next
 * one may not sign certificates. Throws a SignatureError `key` if `publicKeyOf` refuses any of the keys.
 *
 * No authorities are trusted: a chain proves no more than "signed by that key". So the last certificate may be
 * anyone's. Dates count only if `at` is given. Certificates of 2014 have long expired, and their keys still signed what
 * they signed. With `at`, every certificate must be valid at that time.
 */
export function leafKeyOf(x5c: unknown, place: string, at?: Date): PublicKey {
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > dockerLimits.certificatesInSignature) {
    throw new SignatureError(
      "chain",
      place,
      `is not a list of 1 to ${dockerLimits.certificatesInSignature} certificates`,
    );
  }
  const links = x5c.map((text, index) => linkOf(text, `${place}[${index}]`));
  for (const [index, link] of links.entries()) {
    if (at) checkDates(link, at);
    const issuer = links[index + 1];
    if (issuer) checkIssued(link, issuer);
  }
  return links[0]!.publicKey;
}

function linkOf(text: unknown, at: string): Link {
  const bytes = decodeBase64(text, dockerLimits.certificateBytes);
  if (!bytes) {
    throw new SignatureError(
      "chain",
      at,
      `is not base64 of a certificate of at most ${dockerLimits.certificateBytes} bytes`,
    );
  }
  const { certificate, jwk } = parse(bytes, at);
  // The parser would also accept PEM, and bytes after the end.
  if (!certificate.raw.equals(bytes)) throw new SignatureError("chain", at, "is not exactly one certificate in DER");
  return { certificate, publicKey: publicKeyOf(jwk, `${at}.publicKey`), at };
}

function parse(bytes: Buffer, at: string): { certificate: X509Certificate; jwk: JsonObject } {
  try {
    const certificate = new X509Certificate(bytes);
    return { certificate, jwk: certificate.publicKey.export({ format: "jwk" }) as JsonObject };
  } catch {
    throw new SignatureError("chain", at, "is not a certificate with an EC or RSA key");
  }
}

function checkIssued({ certificate, at }: Link, issuer: Link): void {
  if (!issuer.certificate.ca) throw new SignatureError("chain", issuer.at, "may not sign certificates");
  if (!certificate.checkIssued(issuer.certificate) || !certificate.verify(issuer.publicKey.key)) {
    throw new SignatureError("chain", at, "is not signed by the next certificate");
  }
}

function checkDates({ certificate, at: place }: Link, at: Date): void {
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  if (!(from <= at && at <= to)) throw new SignatureError("chain", place, `is not valid at ${at.toISOString()}`);
}
