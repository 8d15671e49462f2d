import { serverLimits } from "./limits.ts";
import { readCertificate, type Certificate, type CertificateFiles } from "../base/certificate.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Settings } from "../config/settings.ts";
import { CertificateRenewal } from "../http/tls/certificate-renewal.ts";
import type { Metrics } from "../http/observe/metrics.ts";

/** The certificate that the settings name, and its files; undefined without TLS. */
export interface Pair {
  readonly files: CertificateFiles;
  readonly certificate: Certificate;
}

/** Reads the certificate that the settings name; undefined without TLS. */
export async function readPair({ tlsCert, tlsKey }: Settings): Promise<Pair | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const files = { cert: tlsCert, key: tlsKey };
  return { files, certificate: await readCertificate(files) };
}

interface Renewed {
  /** Replaces the certificate in use. */
  readonly listener: { replace(certificate: Certificate): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Renews a certificate in use when its files change; `opening` ends it. Returns a function that checks the files at
 * once.
 */
export function renew(
  opening: AsyncDisposableStack,
  { files, certificate }: Pair,
  { metrics, ...about }: Renewed,
): () => Promise<void> {
  const renewal = new CertificateRenewal(files, certificate, about);
  opening.defer(renewal.watch(serverLimits.certificatePollMs));
  metrics.add({
    name: "lading_certificate_expiry_timestamp_seconds",
    help: "When the TLS certificate in use expires.",
    read: () => renewal.validTo / 1000,
  });
  return () => renewal.reload();
}
