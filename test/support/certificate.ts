/** Makes small certificates for tests, with any dates, and without an external program. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CertificateFiles } from "../../src/base/certificate.ts";

/** The options of a test certificate. */
export interface CertificateOptions {
  readonly subject?: string;
  /** The authority that signs the certificate; if absent, it is self-signed. */
  readonly issuer?: MadeCertificate;
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

/** A certificate with its private key. */
export interface MadeCertificate {
  readonly subject: string;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for 127.0.0.1 and localhost with a P-256 key. It can also sign other certificates. */
export function makeCertificate(options: CertificateOptions = {}): MadeCertificate {
  const { subject = "localhost", issuer } = options;
  const { validFrom = new Date("2020-01-01T00:00:00Z"), validTo = new Date("2049-01-01T00:00:00Z") } = options;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const toSign = sequence(
    tagged(0xa0, integer(2)),
    integer(...randomBytes(8).map((byte) => byte >> 1 || 1)),
    ecdsaWithSha256,
    nameOf(issuer?.subject ?? subject),
    sequence(timeOf(validFrom), timeOf(validTo)),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(isAuthority, alternativeNames)),
  );
  const signature = sign("sha256", toSign, issuer?.key ?? privateKey);
  const der = sequence(toSign, ecdsaWithSha256, tagged(0x03, Buffer.of(0), signature));
  return { subject, cert: pemOf("CERTIFICATE", der), key: privateKey.export({ type: "pkcs8", format: "pem" }) };
}

/** Writes the pair to `tls.crt` and `tls.key`. */
export function writePair(directory: string, { cert, key }: Pick<MadeCertificate, "cert" | "key">): CertificateFiles {
  const files = { cert: join(directory, "tls.crt"), key: join(directory, "tls.key") };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key, { mode: 0o600 });
  return files;
}

/** Distinguished encoding (X.690): a tag, a length, the parts. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengths = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...lengths), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

function integer(...bytes: readonly number[]): Buffer {
  return tagged(0x02, Buffer.from(bytes));
}

function identifier(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, "hex"));
}

/** A name of one part, the common name (2.5.4.3). */
function nameOf(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(identifier("550403"), tagged(0x0c, Buffer.from(commonName)))));
}

/** Two digits of the year, so from 1950 to 2049. */
function timeOf(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/\D/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(identifier("2a8648ce3d040302"));
/** 2.5.29.19, critical. */
const isAuthority = sequence(
  identifier("551d13"),
  tagged(0x01, Buffer.of(0xff)),
  tagged(0x04, sequence(tagged(0x01, Buffer.of(0xff)))),
);
/** 2.5.29.17: a DNS name, and an address. */
const alternativeNames = sequence(
  identifier("551d11"),
  tagged(0x04, sequence(tagged(0x82, Buffer.from("localhost")), tagged(0x87, Buffer.of(127, 0, 0, 1)))),
);

function pemOf(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
