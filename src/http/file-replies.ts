import type { RequestEvent } from "./observe/request-event.ts";

/** The path of the file with a body; undefined if the body is not in a file. */
export function fileOf(body: unknown): string | undefined {
  return body instanceof Blob ? (body as Bun.BunFile).name : undefined;
}

interface Reply {
  readonly event: RequestEvent;
  readonly finished: () => void;
}

/**
 * `FileReplies` tracks responses whose bytes are in a file. The runtime opens the file later in the same turn of the
 * event loop, and reports only the path if that fails. So the log and the metrics receive the outcome of such a
 * response in the next turn at the earliest.
 */
export class FileReplies {
  /** The responses of this turn by the path of the file, in order. */
  readonly #pending = new Map<string | undefined, Reply[]>();

  /**
   * Adds a response; `path` is undefined if its bytes are not in a file. `finished` is called in the next turn, unless
   * the response has failed by then.
   */
  give(path: string | undefined, event: RequestEvent, finished: () => void): void {
    // There is one callback for each turn: one for each response would be a tenth of the cost of a response of 64
    // KiB.
    if (this.#pending.size === 0) setImmediate(() => this.#end());
    const reply = { event, finished };
    const same = this.#pending.get(path);
    if (same) same.push(reply);
    else this.#pending.set(path, [reply]);
  }

  /** The response whose file could not be opened, according to an error of the runtime; undefined if none matches. */
  takeFailed(error: unknown): Reply | undefined {
    const path = error instanceof Error && "path" in error ? String(error.path) : undefined;
    return path === undefined ? undefined : this.#pending.get(path)?.shift();
  }

  #end(): void {
    const sent = [...this.#pending.values()].flat();
    this.#pending.clear();
    for (const { finished } of sent) finished();
  }
}
