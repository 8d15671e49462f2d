import type { Row, Success } from "../api/describe.ts";
import type { AnyReply, StreamSource } from "../api/handler-types.ts";
import { httpLimits } from "./limits.ts";
import { andThen, type MaybePromise } from "../base/async/maybe-promise.ts";
import { ClientGone } from "../base/async/fair-line.ts";
import { Budget } from "../base/async/budget.ts";
import { Pacer } from "../base/async/pacer.ts";
import type { Budgets } from "./budgets.ts";
import { clientOf } from "./client-group.ts";
import { fileOf } from "./file-replies.ts";
import type { Call } from "./call.ts";
import { reasonOf } from "./problem.ts";
import type { RequestEvent } from "./observe/request-event.ts";
import { RegistryError } from "../oci/errors.ts";
import { bodyOf, lengthOf, responseOf, type ReplyBody } from "./reply.ts";
import { ReplyFiles } from "./reply-files.ts";
import { StreamedReply } from "./streamed-reply.ts";
import { wholeFile } from "./whole-file.ts";

type ReplyCall = Pick<Call, "request" | "event" | "remote" | "file" | "sendsLater" | "streamed">;

/** `Replies` sends responses, and limits the resources of this process that they use together. */
export class Replies {
  readonly #inMemoryBytes: number;
  readonly #files: ReplyFiles;
  /**
   * The runtime sends all that the socket accepts at once, in the turn in which it gets the response: some megabytes.
   */
  readonly #large: Pacer;
  readonly #streams: Budget;
  readonly #slowAfterMs: number;

  /** `directory` is used by this process only. */
  constructor(budgets: Budgets, directory: string) {
    const { replyInMemoryBytes, replyFileBytes: fileBytes, replyFallbackBytes: fallbackBytes } = budgets;
    this.#inMemoryBytes = replyInMemoryBytes;
    this.#files = new ReplyFiles({ directory, fileBytes, fallbackBytes });
    this.#large = new Pacer({ apartMs: httpLimits.largeRepliesApartMs, longest: budgets.largeRepliesWaiting });
    this.#slowAfterMs = budgets.slowAfterMs;
    this.#streams = new Budget({
      total: budgets.streamedReplies,
      longest: budgets.streamedRepliesWaiting,
      waitMs: budgets.waitMs,
      lookEveryMs: httpLimits.budgetLookMs,
    });
  }

  /**
   * Makes the response. Throws `LineFull` if there is no room for it, and `ClientGone` if its client has
   * disconnected.
   */
  responseOf(row: Row, reply: AnyReply, call: ReplyCall): MaybePromise<Response> {
    const { request, event } = call;
    const success = row.successes[reply.outcome];
    if (!success) throw new TypeError(`${row.id} has no outcome ${reply.outcome}`);
    if (success.body === "stream" && row.method !== "HEAD") return this.#streamed(row, success, reply, call);
    const made = bodyOf(success, reply);
    if (made === null || row.method === "HEAD") return responseOf(row, success, reply, made);
    event.sentBytes = lengthOf(made);
    return andThen(this.#withoutMemory(success, made), (body) => {
      call.sendsLater = body instanceof Blob || body instanceof ReadableStream;
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

  /** Removes old files until the caller calls the returned function. */
  watch(): () => void {
    const timer = setInterval(() => this.#files.sweep(), httpLimits.replyFileLeastMs);
    return () => clearInterval(timer);
  }

  async #streamed(row: Row, success: Success, reply: AnyReply, call: ReplyCall): Promise<Response> {
    const { request, event, remote } = call;
    const options = { client: clientOf(remote()), slowAfterMs: this.#slowAfterMs };
    const stream = new StreamedReply(reply.body as StreamSource, options);
    await this.#streams.take(stream, 1, request);
    call.streamed = this.#ended(stream, event);
    try {
      return responseOf(row, success, reply, stream.start(request.signal));
    } catch (error) {
      stream.stop(error);
      throw error;
    }
  }

  async #ended(stream: StreamedReply, event: RequestEvent): Promise<void> {
    const reason = await stream.ended;
    this.#streams.release(stream);
    event.sentBytes = stream.sentBytes;
    noteBreak(event, reason);
  }

  #withoutMemory({ body: kind }: Success, body: ReplyBody): MaybePromise<ReplyBody> {
    // Blobs in memory are small, and all readers of a document share its bytes.
    if (kind === "blob" || kind === "document" || body instanceof Blob || body instanceof ReadableStream) return body;
    if (body.length <= this.#inMemoryBytes) return body;
    if (typeof body === "string") return this.#files.shareLast(Buffer.from(body));
    return kind === "json" ? this.#files.shareLast(body) : this.#files.share(body);
  }
}

/** Notes why a response broke off after its status was sent. A client that disconnects is no failure. */
function noteBreak(event: RequestEvent, reason: unknown): void {
  if (reason === undefined || reason instanceof ClientGone) return;
  if (!(reason instanceof RegistryError)) event.failure = "INTERNAL";
  event.error = reasonOf(reason);
}

/** Removes the range, because these responses do not support ranges. */
function unranged(content: Blob, { headers }: Request): Blob {
  return headers.has("range") ? wholeFile(content, content.size) : content;
}
