import type { RequestEvent } from "./observe/request-event.ts";

/** The path of the file that a body is in; undefined where it is in none. */
export function fileOf(body: unknown): string | undefined {
  return body instanceof Blob ? (body as Bun.BunFile).name : undefined;
}

interface Reply {
  readonly event: RequestEvent;
  readonly finished: () => void;
}

/**
 * Replies whose bytes are in a file. The runtime opens the file after it was given the reply, in the same turn of the loop, and says
 * only of which path that failed. So the log and the metrics get such a reply in the next turn, as it was sent.
 */
export class FileReplies {
  /** Those of this turn, by the path of the file, in the order in which they were given. */
  readonly #given = new Map<string, Reply[]>();

  /** `finished` is called in the next turn, unless the reply has failed by then. */
  give(path: string, event: RequestEvent, finished: () => void): void {
    // Once for all of a turn: a callback for each of them is a tenth of a reply of 64 KiB.
    if (this.#given.size === 0) setImmediate(() => this.#end());
    const reply = { event, finished };
    const same = this.#given.get(path);
    if (same) same.push(reply);
    else this.#given.set(path, [reply]);
  }

  /** What a reply was about whose file could not be opened, as the runtime reports it; undefined where none fits. */
  takeFailed(error: unknown): Reply | undefined {
    const path = error instanceof Error && "path" in error ? String(error.path) : undefined;
    return path === undefined ? undefined : this.#given.get(path)?.shift();
  }

  #end(): void {
    const sent = [...this.#given.values()].flat();
    this.#given.clear();
    for (const { finished } of sent) finished();
  }
}
