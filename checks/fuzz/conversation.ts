import type { Message } from "./message.ts";
import type { Reply } from "./wire.ts";

/** Yields the messages to send, several at once as a list, and receives the replies. */
export type Conversation = Generator<readonly Message[], void, readonly (Reply | undefined)[]>;
