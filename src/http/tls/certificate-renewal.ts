import { readCertificate, type Certificate, type CertificateFiles } from "../../base/certificate.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Listener } from "../listener.ts";

/**
 * `CertificateRenewal` replaces the certificate after its files have changed. It reports a pair that cannot be used,
 * and keeps the old one.
 */
export class CertificateRenewal {
  readonly #files: CertificateFiles;
  readonly #listener: Pick<Listener, "replace">;
  readonly #clock: Clock;
  readonly #log: Log;
  #inUse: Certificate;
  #looking: Promise<void> = Promise.resolve();
  /** The last reported error, so that it is not reported every minute. */
  #refusal: string | undefined;
  #fault: string | undefined;

  constructor(
    files: CertificateFiles,
    inUse: Certificate,
    { listener, clock, log }: { listener: Pick<Listener, "replace">; clock: Clock; log: Log },
  ) {
    this.#files = files;
    this.#inUse = inUse;
    this.#listener = listener;
    this.#clock = clock;
    this.#log = log;
    this.#tellUse();
  }

  /** The end of the certificate's validity, in milliseconds since the epoch. */
  get validTo(): number {
    return this.#inUse.validTo;
  }

  /** Reads the files now, and logs the result in any case. */
  reload(): Promise<void> {
    return this.#enqueue(async () => {
      this.#refusal = undefined;
      if ((await this.#renew()) === "unchanged") this.#log.event("certificate unchanged", {});
    });
  }

  /**
   * Checks the files repeatedly, and returns a function that ends the checks. It reads the files, because a file
   * watcher would not follow replaced symbolic links.
   */
  watch(everyMs: number): () => void {
    return this.#clock.every(everyMs, () => void this.#enqueue(() => this.#check()));
  }

  async #check(): Promise<void> {
    await this.#renew();
    this.#tellFault();
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#looking = this.#looking.then(work);
    return this.#looking;
  }

  async #renew(): Promise<"renewed" | "unchanged" | "refused"> {
    try {
      const found = await readCertificate(this.#files);
      this.#refusal = undefined;
      if (found.cert === this.#inUse.cert && found.key === this.#inUse.key) return "unchanged";
      await this.#listener.replace(found);
      this.#inUse = found;
      this.#tellUse();
      return "renewed";
    } catch (error) {
      this.#tellRefusal(error as Error);
      return "refused";
    }
  }

  #tellUse(): void {
    const { subject, validTo } = this.#inUse;
    this.#log.event("certificate in use", { subject, validTo: dateOf(validTo) });
    this.#fault = undefined;
    this.#tellFault();
  }

  #tellRefusal(error: Error): void {
    if (error.message === this.#refusal) return;
    this.#refusal = error.message;
    this.#log.event("certificate refused; the previous one stays in use", { error: error.message }, "error");
  }

  #tellFault(): void {
    const { validFrom, validTo } = this.#inUse;
    const now = this.#clock.now();
    const fault = now > validTo ? "certificate expired" : now < validFrom ? "certificate not valid yet" : undefined;
    if (fault !== undefined && fault !== this.#fault) {
      this.#log.event(fault, { validFrom: dateOf(validFrom), validTo: dateOf(validTo) }, "warn");
    }
    this.#fault = fault;
  }
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString();
}
