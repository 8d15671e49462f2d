import { Histogram } from "../../src/loadtest/histogram.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { get, put } from "../bombs/volley.ts";
import { Wire } from "../fuzz/wire.ts";
import { imageOf, json } from "../../test/support/content.ts";
import { pushBlobs, send } from "./attacks.ts";

const repository = "honest/image";
const config = json({ honest: true });
const pauseMs = 2;

/** The response times of small requests, by kind. */
export interface Times {
  readonly put: Histogram;
  readonly get: Histogram;
}

export function newTimes(): Times {
  return { put: new Histogram(), get: new Histogram() };
}

/** Clients with small manifests that pause after each response: two that push and two that pull. */
export class Honest {
  readonly #port: number;
  #nth = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async prepare(): Promise<void> {
    await pushBlobs(this.#port, repository, [config]);
    await send(this.#port, "PUT", this.#push(), 201);
  }

  /** Measures for `ms` milliseconds. Each request uses a new connection, so that it reaches any worker. */
  async run(ms: number, times: Times): Promise<void> {
    const until = performance.now() + ms;
    const pull = get(`/v2/${repository}/manifests/latest`).bytes;
    const kinds = [
      ["PUT", times.put, () => this.#push(), 201],
      ["GET", times.get, () => pull, 200],
    ] as const;
    await Promise.all(
      [...kinds, ...kinds].map(async ([method, histogram, request, status]) => {
        const wire = await Wire.open(this.#port);
        while (performance.now() < until) {
          const bytes = request();
          const asked = performance.now();
          wire.send(bytes);
          const reply = await wire.next(method, 60_000);
          histogram.record(performance.now() - asked);
          if (typeof reply === "string" || reply.status !== status) {
            throw new Error(`an honest ${method}: ${typeof reply === "string" ? reply : reply.status}`);
          }
          await Bun.sleep(pauseMs);
        }
        wire.cut();
      }),
    );
  }

  #push(): Uint8Array {
    this.#nth += 1;
    const { bytes } = imageOf(config, [], { annotations: { nth: String(this.#nth) } });
    return put(`/v2/${repository}/manifests/latest`, bytes, mediaTypes.ociManifest).bytes;
  }
}
