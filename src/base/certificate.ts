/**
 * TLS certificates and keys in PEM files. A certificate and its key are checked to match before the server uses them.
 */
import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { createSecureContext } from "node:tls";
import { shownName } from "./shown-text.ts";
import { permissionFault } from "./fs/private-file.ts";
import { faultOf, readRegularFile } from "./fs/regular-file.ts";
import { baseLimits } from "./limits.ts";

/** Paths of the certificate file and the key file. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate with its key. */
export interface Certificate {
  /** The certificate in PEM, with the intermediate certificates if the file has them. */
  readonly cert: string;
  readonly key: string;
  readonly subject: string;
  /** Start of its validity, in milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** An error in one of the files. The message is one sentence that says what the operator has to change. */
export class CertificateError extends Error {
  readonly file: keyof CertificateFiles;

  constructor(file: keyof CertificateFiles, message: string) {
    super(message);
    this.file = file;
  }
}

/**
 * Reads and checks a certificate and its key. Throws a CertificateError. It does not check the dates: an expired
 * certificate is better than none, and clients report it themselves.
 */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const cert = await read(files, "cert");
  const key = await read(files, "key");
  const certificate = parseCertificate(files, cert);
  if (!certificate.checkPrivateKey(parseKey(files, key))) {
    throw new CertificateError("key", `${files.key} is not the key of the first certificate in ${files.cert}`);
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new CertificateError("cert", `${files.cert} cannot be used: ${(error as Error).message}`);
  }
  return {
    cert,
    key,
    subject: certificate.subject.replaceAll("\n", ", "),
    validFrom: certificate.validFromDate.getTime(),
    validTo: certificate.validToDate.getTime(),
  };
}

async function read(files: CertificateFiles, file: keyof CertificateFiles): Promise<string> {
  const path = files[file];
  const { bytes, mode } = await readRegularFile(path, baseLimits.certificateFileBytes).catch((error: unknown) => {
    throw new CertificateError(file, `${shownName(path)} ${faultOf(error)}`);
  });
  const fault = file === "key" ? permissionFault(path, mode) : undefined;
  if (fault !== undefined) throw new CertificateError(file, fault);
  return new TextDecoder().decode(bytes);
}

function parseCertificate(files: CertificateFiles, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new CertificateError("cert", `${files.cert} contains no certificate in PEM form`);
  }
}

function parseKey(files: CertificateFiles, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    const encrypted = (error as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE";
    const reason = encrypted
      ? "is encrypted; provide a key without a passphrase"
      : "contains no usable private key in PEM form";
    throw new CertificateError("key", `${files.key} ${reason}`);
  }
}
