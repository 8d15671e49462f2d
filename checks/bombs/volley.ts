/** Sends requests at the same time, each on a separate connection. */
import { compose, draftOf, type Message } from "../fuzz/message.ts";
import { Wire, type Next } from "../fuzz/wire.ts";

/** The number of responses with each status, or of connections that ended without one. */
export type Replies = Record<string, number>;

const repliesWithinMs = 60_000;

/** Sends `times` requests in total, and repeats the messages as needed. */
export async function volley(port: number, messages: readonly Message[], times = messages.length): Promise<Replies> {
  const replies: Replies = {};
  await Promise.all(
    Array.from({ length: times }, async (_, number) => {
      const message = messages[number % messages.length]!;
      const wire = await Wire.open(port);
      wire.send(message.bytes);
      count(replies, await wire.next(message.method, repliesWithinMs));
      wire.cut();
    }),
  );
  return replies;
}

export function count(replies: Replies, next: Next): void {
  const kind = typeof next === "object" ? String(next.status) : next;
  replies[kind] = (replies[kind] ?? 0) + 1;
}

export function get(target: string, headers: readonly (readonly [string, string])[] = []): Message {
  const draft = draftOf("GET", target);
  draft.headers.push(...headers.map(([name, value]): [string, string] => [name, value]));
  return compose(draft);
}

export function put(target: string, body: Uint8Array, mediaType: string): Message {
  const draft = draftOf("PUT", target, body);
  draft.headers.push(["Content-Type", mediaType]);
  return compose(draft);
}
