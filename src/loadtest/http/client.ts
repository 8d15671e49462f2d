import { loadtestLimits } from "../limits.ts";
import { Failure } from "../failure.ts";
import type { Answer } from "./answer-reader.ts";
import { Connection } from "./connection.ts";
import type { Origin } from "./origin.ts";
import { requestOf, type Method, type Request } from "./request.ts";
import type { BodyUse } from "./sinks.ts";

/**
 * Sends requests to one registry, one at a time, on a persistent connection. It reconnects after the connection has
 * ended.
 */
export class Client {
  readonly origin: Origin;
  /** Number of sent requests. */
  requests = 0;
  readonly #silenceMs: number;
  #connection: Connection | undefined;

  constructor(origin: Origin, silenceMs: number = loadtestLimits.silenceMs) {
    this.origin = origin;
    this.#silenceMs = silenceMs;
  }

  request(method: Method, path: string, content?: Parameters<typeof requestOf>[3]): Request {
    return requestOf(this.origin, method, path, content);
  }

  /** Sends a request. Throws a Failure for every status except the expected one. */
  async ask(request: Request, expected: number, use: BodyUse = "count"): Promise<Answer> {
    if (!this.#connection || this.#connection.over) {
      this.#connection = await Connection.open(this.origin, this.#silenceMs);
    }
    this.requests += 1;
    const answer = await this.#connection.exchange(request, use);
    if (answer.status === expected) return answer;
    throw new Failure(`status ${answer.status}`, `${request.method} ${request.path} was answered ${answer.status}`);
  }

  close(): void {
    this.#connection?.close();
  }
}
