import type { Certificate } from "../base/certificate.ts";
import { httpLimits } from "./limits.ts";
import type { ListenAddress, Listening } from "./server.ts";

type Open = (address: ListenAddress, certificate: Certificate | undefined) => Listening;

/**
 * `Listener` is the port that accepts requests. A server of Bun keeps the certificate that it started with. So a new
 * certificate needs a new server at the same port, which replaces the old one (docs/decisions/0008).
 */
export class Listener {
  readonly #open: Open;
  readonly #address: ListenAddress;
  /** The servers with requests to answer: the newest one, and older ones that are draining. */
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

  /** The number of requests whose response is not sent completely. */
  get inFlight(): number {
    return [...this.#servers].reduce((sum, server) => sum + server.inFlight, 0);
  }

  /**
   * Replaces the certificate. Resolves when every new connection gets the new one; requests in flight continue. Until
   * then, responses of the old server ask clients to reconnect, so that no client loses a connection unexpectedly.
   * Throws if the new server cannot listen; then nothing has changed.
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
   * Closes every idle connection. The runtime does that only when a server stops, so a new server replaces this one
   * at the same port. Returns false if the new one cannot listen yet.
   */
  closeIdle(): boolean {
    if (this.#stopped) return true;
    const old = this.#newest;
    // The old server stops first, because the next one needs the descriptors that this frees.
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

/**
 * Opens and closes the port without sharing. A server that may share its port would start even if another program
 * uses it. This check throws in that case.
 */
export function unsharedPort(address: ListenAddress, open: Open): ListenAddress {
  const alone = open(address, undefined);
  void alone.stop(true);
  return { ...address, port: alone.port };
}
