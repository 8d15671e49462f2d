/** Sends health checks to a registry continuously, over a separate connection. */
import { get } from "./volley.ts";
import { Wire } from "../fuzz/wire.ts";

const everyMs = 5;

export class Pinger {
  readonly #wire: Wire;
  #longestMs = 0;
  #ended = false;

  private constructor(wire: Wire) {
    this.#wire = wire;
  }

  static async start(port: number): Promise<Pinger> {
    const pinger = new Pinger(await Wire.open(port));
    void pinger.#run();
    return pinger;
  }

  reset(): void {
    this.#longestMs = 0;
  }

  /** The longest response time in milliseconds. */
  end(): number {
    this.#ended = true;
    return this.#longestMs;
  }

  async #run(): Promise<void> {
    const ping = get("/healthz");
    while (!this.#ended) {
      const asked = performance.now();
      this.#wire.send(ping.bytes);
      await this.#wire.next("GET", 60_000);
      this.#longestMs = Math.max(this.#longestMs, performance.now() - asked);
      await Bun.sleep(everyMs);
    }
    this.#wire.cut();
  }
}
