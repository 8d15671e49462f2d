import type { AnyReply, Row, Success } from "../api/describe.ts";
import { httpLimits } from "./limits.ts";
import { andThen, type MaybePromise } from "../base/async/maybe-promise.ts";
import { Pacer } from "../base/async/pacer.ts";
import type { Budgets } from "./budgets.ts";
import { clientOf } from "./client-group.ts";
import { fileOf } from "./file-replies.ts";
import type { Call } from "./call.ts";
import { bodyOf, lengthOf, responseOf, type ReplyBody } from "./reply.ts";
import { ReplyFiles } from "./reply-files.ts";
import { wholeFile } from "./whole-file.ts";

type ReplyCall = Pick<Call, "request" | "event" | "remote" | "file">;

/** Replies on their way to their clients, and what they may take of this process together. */
export class Replies {
  readonly #inMemoryBytes: number;
  readonly #files: ReplyFiles;
  /** The runtime sends what the socket takes at once, in the turn in which it gets the reply: some megabytes. */
  readonly #large: Pacer;

  /** `directory` is for this process alone. */
  constructor(budgets: Budgets, directory: string) {
    const { replyInMemoryBytes, replyFileBytes: fileBytes, replyFallbackBytes: fallbackBytes } = budgets;
    this.#inMemoryBytes = replyInMemoryBytes;
    this.#files = new ReplyFiles({ directory, fileBytes, fallbackBytes });
    this.#large = new Pacer({ apartMs: httpLimits.largeRepliesApartMs, longest: budgets.largeRepliesWaiting });
  }

  /** Throws `LineFull` where there is no room for the reply, and `ClientGone` where its client has gone. */
  responseOf(row: Row, reply: AnyReply, call: ReplyCall): MaybePromise<Response> {
    const { request, event } = call;
    const success = row.successes[reply.outcome];
    if (!success) throw new TypeError(`${row.id} has no outcome ${reply.outcome}`);
    const made = bodyOf(success, reply);
    if (made === null || row.method === "HEAD") return responseOf(row, success, reply, made);
    event.sentBytes = lengthOf(made);
    return andThen(this.#withoutMemory(success, made), (body) => {
      if (!(body instanceof Blob)) return responseOf(row, success, reply, body);
      const sent = success.body === "blob" ? body : unranged(body, request);
      const send = () => {
        call.file = fileOf(sent);
        return responseOf(row, success, reply, sent);
      };
      if (body.size <= httpLimits.largeReplyBytes) return send();
      return andThen(this.#large.turn(clientOf(call.remote()), request), send);
    });
  }

  /** Removes old files until the returned function is called. */
  watch(): () => void {
    const timer = setInterval(() => this.#files.sweep(), httpLimits.replyFileLeastMs);
    return () => clearInterval(timer);
  }

  #withoutMemory({ body: kind }: Success, body: ReplyBody): MaybePromise<ReplyBody> {
    // Blobs that are held in memory are short, and a document is the same bytes for all its readers.
    if (kind === "blob" || kind === "document" || body instanceof Blob || body instanceof ReadableStream) return body;
    if (body.length <= this.#inMemoryBytes) return body;
    if (typeof body === "string") return this.#files.shareLast(Buffer.from(body));
    return kind === "json" ? this.#files.shareLast(body) : this.#files.share(body);
  }
}

/** These replies have no ranges. */
function unranged(content: Blob, { headers }: Request): Blob {
  return headers.has("range") ? wholeFile(content, content.size) : content;
}
