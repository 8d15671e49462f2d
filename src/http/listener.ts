import type { Certificate } from "../base/certificate.ts";
import { httpLimits } from "./limits.ts";
import type { ListenAddress, Listening } from "./server.ts";

type Open = (address: ListenAddress, certificate: Certificate | undefined) => Listening;

/**
 * The port that requests come in at. A server of Bun keeps the certificate that it was started with, so another one comes
 * with a server of its own at the same port, and the old one leaves (docs/decisions/0008).
 */
export class Listener {
  readonly #open: Open;
  readonly #address: ListenAddress;
  /** Those that have requests to answer: the newest, and what is left of earlier ones. */
  readonly #servers = new Set<Listening>();
  #newest: Listening;
  #certificate: Certificate | undefined;
  #stopped = false;

  constructor(address: ListenAddress, certificate: Certificate | undefined, open: Open) {
    this.#open = open;
    this.#certificate = certificate;
    const free = certificate && !address.shared ? unsharedPort(address, open) : address;
    this.#newest = open(free, certificate);
    this.#servers.add(this.#newest);
    this.#address = { ...address, port: this.#newest.port };
  }

  get hostname(): string {
    return this.#newest.hostname;
  }

  get port(): number {
    return this.#newest.port;
  }

  /**
   * Resolves once every new connection gets this certificate; requests in flight go on. Until then, replies of the old
   * server ask clients to come back on a new connection, so that none is surprised by a connection that closes. Throws
   * where the system does not let it listen, and then nothing has changed.
   */
  async replace(certificate: Certificate): Promise<void> {
    if (this.#stopped) return;
    const old = this.#newest;
    this.#newest = this.#open(this.#address, certificate);
    this.#certificate = certificate;
    this.#servers.add(this.#newest);
    old.startDraining();
    await Bun.sleep(httpLimits.handoverMs);
    void old.stop().then(() => this.#servers.delete(old));
  }

  /**
   * Closes every connection that waits for a request, as the runtime does only when a server stops: another takes its place at
   * the same port. False where the system does not let that one listen yet.
   */
  closeIdle(): boolean {
    if (this.#stopped) return true;
    const old = this.#newest;
    // First, since the next one needs descriptors that this gives back.
    void old.stop().then(() => this.#servers.delete(old));
    try {
      this.#newest = this.#open(this.#address, this.#certificate);
    } catch {
      return false;
    }
    this.#servers.add(this.#newest);
    return true;
  }

  async stop(closeActive = false): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#servers].map((server) => server.stop(closeActive)));
  }
}

/** A server that may share its port does so with whoever is there already: that nobody is, one that may not finds out. */
export function unsharedPort(address: ListenAddress, open: Open): ListenAddress {
  const alone = open(address, undefined);
  void alone.stop(true);
  return { ...address, port: alone.port };
}
