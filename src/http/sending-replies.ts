import { httpLimits } from "./limits.ts";

/** A response of which the runtime may still have bytes to send. */
export interface SendingReply {
  /** Returns whether the runtime has given the last byte to the kernel, or the connection is closed. */
  readonly isSent: () => boolean;
  readonly finished: () => void;
}

/**
 * `SendingReplies` waits until the runtime has sent the last byte of large responses. The runtime does not report it,
 * so a timer looks. It looks at a few responses at a time, so that thousands of slow clients do not cost more than a
 * few.
 */
export class SendingReplies {
  /** The response that was looked at longest ago is the first one. */
  readonly #replies = new Set<SendingReply>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls `finished` of the response once it is sent. */
  add(reply: SendingReply): void {
    if (reply.isSent()) return reply.finished();
    this.#replies.add(reply);
    this.#timer ??= setInterval(() => this.#look(), httpLimits.sentLookMs);
  }

  /** Finishes all responses, because the server has stopped. */
  end(): void {
    for (const { finished } of this.#replies) finished();
    this.#replies.clear();
    this.#stopWhenEmpty();
  }

  #look(): void {
    const replies = [...this.#replies.values().take(httpLimits.sentLooks)];
    for (const reply of replies) {
      this.#replies.delete(reply);
      if (reply.isSent()) reply.finished();
      else this.#replies.add(reply);
    }
    this.#stopWhenEmpty();
  }

  #stopWhenEmpty(): void {
    if (this.#replies.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
