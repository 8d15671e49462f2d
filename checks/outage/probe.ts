import { connect } from "node:net";

/** The availability of a port. */
export interface Presence {
  readonly percent: number;
  readonly longestMs: number;
  /** The duration of each outage, in milliseconds. */
  readonly outages: readonly number[];
}

const everyMs = 20;
const answerMs = 1_000;
const patienceMs = 20_000;

/** Checks a port on loopback from outside. */
export class Probe {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Opens a connection every few milliseconds until the work is done. */
  async during(work: Promise<void>): Promise<Presence> {
    const began = performance.now();
    const outages: number[] = [];
    const state = { done: false, downSince: undefined as number | undefined };
    void work.finally(() => (state.done = true));
    while (!state.done) {
      const listens = await this.#listens();
      const now = performance.now();
      if (!listens) state.downSince ??= now;
      else if (state.downSince !== undefined) {
        outages.push(now - state.downSince);
        state.downSince = undefined;
      }
      await Bun.sleep(everyMs);
    }
    await work;
    if (state.downSince !== undefined) outages.push(performance.now() - state.downSince);
    const downMs = outages.reduce((sum, ms) => sum + ms, 0);
    const percent = 100 * (1 - downMs / (performance.now() - began));
    return { percent, longestMs: Math.max(0, ...outages), outages };
  }

  /** Returns after `count` consecutive new connections have got a response. */
  async untilAllAnswer(count: number): Promise<void> {
    const began = performance.now();
    for (let answered = 0; answered < count;) {
      answered = (await this.#answers()) ? answered + 1 : 0;
      if (performance.now() - began > patienceMs) throw new Error("new connections still hang");
    }
  }

  #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: this.#port });
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: this.#port });
      const timer = setTimeout(() => socket.destroy(), answerMs);
      socket.once("data", () => {
        resolve(true);
        socket.destroy();
      });
      socket.on("error", () => undefined);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve(false);
      });
      socket.write("GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    });
  }
}
