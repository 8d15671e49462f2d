import type { RequestEvent } from "./request-event.ts";

const files = new WeakMap<Response, string>();

/** Notes the file that a reply's bytes are in, where that is so. */
export function noteFile(response: Response, body: unknown): Response {
  const path = body instanceof Blob ? (body as Bun.BunFile).name : undefined;
  if (path !== undefined) files.set(response, path);
  return response;
}

/** The path of the file that the runtime sends as the body; undefined where the body is none. */
export function fileOf(response: Response): string | undefined {
  return files.get(response);
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
    const reply = { event, finished };
    const same = this.#given.get(path);
    if (same) same.push(reply);
    else this.#given.set(path, [reply]);
    setImmediate(() => this.#end(path, reply));
  }

  /** What a reply was about whose file could not be opened, as the runtime reports it; undefined where none fits. */
  takeFailed(error: unknown): Reply | undefined {
    const path = error instanceof Error && "path" in error ? String(error.path) : undefined;
    return path === undefined ? undefined : this.#given.get(path)?.shift();
  }

  #end(path: string, reply: Reply): void {
    const same = this.#given.get(path);
    const at = same?.indexOf(reply) ?? -1;
    if (same && at >= 0) {
      same.splice(at, 1);
      reply.finished();
    }
    if (same?.length === 0) this.#given.delete(path);
  }
}
