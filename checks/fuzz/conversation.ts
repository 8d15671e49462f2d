import type { Message } from "./message.ts";
import type { Reply } from "./wire.ts";

/** Yields what is sent, at once where it is several messages, and is handed the replies. */
export type Conversation = Generator<readonly Message[], void, readonly (Reply | undefined)[]>;
