/** X.509 certificates (RFC 5280) in DER, built part by part, so that tests can make each part invalid. */
import { createPublicKey, sign, type KeyObject } from "node:crypto";

/** The fields of a test certificate. */
export interface CertificateOptions {
  /** The names of the subject and of the issuer. */
  readonly subject: string;
  readonly issuer: string;
  /** The subject's key, private or public. */
  readonly key: KeyObject;
  readonly signer: KeyObject;
  /** Whether the certificate says that its key may sign certificates; true by default. */
  readonly authority?: boolean;
  readonly from?: Date;
  readonly to?: Date;
}

const objectIds = {
  commonName: "550403",
  basicConstraints: "551d13",
  ecdsaWithSha256: "2a8648ce3d040302",
  sha256WithRsa: "2a864886f70d01010b",
} as const;

/** Makes a certificate in DER. */
export function certificateOf(options: CertificateOptions): Buffer {
  const { subject, issuer, key, signer, authority = true } = options;
  const { from = new Date("2014-01-01T00:00:00Z"), to = new Date("2016-01-01T00:00:00Z") } = options;
  const algorithm =
    signer.asymmetricKeyType === "rsa"
      ? sequence(objectId(objectIds.sha256WithRsa), der(0x05))
      : sequence(objectId(objectIds.ecdsaWithSha256));
  const holder = (key.type === "private" ? createPublicKey(key) : key).export({ format: "der", type: "spki" });
  const constraints = sequence(...(authority ? [der(0x01, Buffer.of(0xff))] : []));
  const extension = sequence(objectId(objectIds.basicConstraints), der(0x04, constraints));
  const body = sequence(
    der(0xa0, integer(2)),
    integer(1),
    algorithm,
    nameOf(issuer),
    sequence(timeOf(from), timeOf(to)),
    nameOf(subject),
    holder,
    der(0xa3, sequence(extension)),
  );
  return sequence(body, algorithm, bitString(sign("sha256", body, signer)));
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = content.length < 0x100 ? Buffer.of(content.length) : Buffer.of(content.length >> 8, content.length);
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const integer = (value: number) => der(0x02, Buffer.of(value));
const objectId = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const bitString = (bytes: Uint8Array) => der(0x03, Buffer.of(0), bytes);
const timeOf = (date: Date) => der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
const nameOf = (name: string) =>
  sequence(der(0x31, sequence(objectId(objectIds.commonName), der(0x0c, Buffer.from(name)))));
