/** Requests whose replies can be told from all others: put behind another one, they show whether both sides still agree where it ended. */
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

/** Whether this is the answer to that sentinel, and to nothing else. */
export function answers({ name }: Sentinel, next: Next): boolean {
  return typeof next === "object" && next.status === 404 && next.body.includes(`"name":"${name}"`);
}
