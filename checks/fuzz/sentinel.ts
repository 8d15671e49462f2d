/**
 * Requests with a recognizable response. Sent after another request, they show whether both sides agree on where that
 * one ended.
 */
import { compose, draftOf, type Message } from "./message.ts";
import type { Next } from "./wire.ts";

export interface Sentinel {
  readonly message: Message;
  readonly name: string;
}

let made = 0;

export function nextSentinel(): Sentinel {
  made += 1;
  const name = `sentinel/${made}`;
  return { message: compose(draftOf("GET", `/v2/${name}/tags/list`)), name };
}

/** Whether this is the response to that sentinel. */
export function answers({ name }: Sentinel, next: Next): boolean {
  return typeof next === "object" && next.status === 404 && next.body.includes(`"name":"${name}"`);
}
