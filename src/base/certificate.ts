/** A certificate and its key: read from PEM files, and held to fit each other before anything is served with them. */
import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { promises as fs } from "node:fs";
import { createSecureContext } from "node:tls";
import { permissionFault } from "./fs/private-file.ts";

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Certificate {
  /** PEM, with the intermediates where the file holds them. */
  readonly cert: string;
  readonly key: string;
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** What a person has to change about one of the files; one sentence. */
export class CertificateError extends Error {
  readonly file: keyof CertificateFiles;

  constructor(file: keyof CertificateFiles, message: string) {
    super(message);
    this.file = file;
  }
}

/** Dates are not looked at: an expired certificate is better than none, and its clients say so themselves. */
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
  try {
    const opened = await fs.open(path, "r");
    try {
      const stat = await opened.stat();
      const fault = file === "key" && stat.isFile() ? permissionFault(path, stat.mode) : undefined;
      if (fault !== undefined) throw new CertificateError(file, fault);
      return await opened.readFile("utf8");
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CertificateError(file, reasons[code ?? ""]?.(path) ?? message);
  }
}

const reasons: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `there is no file ${path}`,
  EACCES: (path) => `${path} may not be read by this user`,
  EISDIR: (path) => `${path} is a directory`,
};

function parseCertificate(files: CertificateFiles, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new CertificateError("cert", `${files.cert} holds no certificate in PEM form`);
  }
}

function parseKey(files: CertificateFiles, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    const encrypted = (error as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE";
    const reason = encrypted
      ? "is encrypted, and there is nobody to ask for the passphrase"
      : "holds no private key in PEM form that can be used";
    throw new CertificateError("key", `${files.key} ${reason}`);
  }
}
