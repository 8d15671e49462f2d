import { compose, draftOf } from "../fuzz/message.ts";
import { Wire } from "../fuzz/wire.ts";
import type { Bomb } from "./bomb.ts";
import { count, type Replies } from "./volley.ts";

/** Starts many upload sessions with one byte each and never finishes them. */
async function start(port: number, sessions: number): Promise<Replies> {
  const replies: Replies = {};
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const wire = await Wire.open(port);
      for (let left = sessions / 100; left > 0; left -= 1) {
        wire.send(compose(draftOf("POST", "/v2/bombs/sessions/blobs/uploads/")).bytes);
        count(replies, await wire.next("POST", 60_000));
      }
      wire.cut();
    }),
  );
  return replies;
}

export const sessionBombs: readonly Bomb[] = [
  { name: "10,000 upload sessions", expected: ["202"], drop: (port) => start(port, 10_000) },
];
