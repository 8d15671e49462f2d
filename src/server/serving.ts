import type { Certificate } from "../base/certificate.ts";
import type { Metrics } from "../http/observe/metrics.ts";
import type { Primary } from "./primary.ts";

/** The two halves of a registry that answers requests: in one process, or as a supervisor and its workers. */
export interface Serving {
  readonly primary: Primary;
  /** The metrics of the process of the primary. */
  readonly metrics: Metrics;
  readonly listener: {
    readonly hostname: string;
    readonly port: number;
    /** Replaces the certificate wherever requests are answered. */
    replace(certificate: Certificate): Promise<void>;
  };
}
