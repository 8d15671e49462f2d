import type { Certificate } from "../base/certificate.ts";
import type { Log } from "../base/log.ts";
import type { Settings } from "../config/settings.ts";
import type { Parts } from "./parts.ts";

/** What is known before anything is opened, whatever the number of processes. */
export interface Setup {
  readonly settings: Settings;
  readonly parts: Parts;
  /** The absolute path of the data directory. */
  readonly data: string;
  readonly log: Log;
  /** Writes whole lines to the log, one text after the other. */
  readonly writeLog: (text: string) => Promise<void>;
  /** The certificate at the start; undefined without TLS. */
  readonly certificate: Certificate | undefined;
}
