import { describe, expect, test } from "bun:test";
import { canary } from "./canary.ts";
import { conversation } from "./conversations.ts";
import type { Message } from "./message.ts";
import { hidingMessages, shapeCount } from "./smuggling.ts";

/** The messages of a conversation without replies. */
function messagesOf(seed: number, number: number): Message[] {
  const talk = conversation(seed, number);
  const sent: Message[] = [];
  for (let step = talk.next([]); !step.done; step = talk.next([])) sent.push(...step.value);
  return sent;
}

const textOf = ({ bytes }: Message) => Buffer.from(bytes).toString("latin1");
const many = Array.from({ length: 3_000 }, (_, number) => messagesOf(1, number)).flat();

describe("conversations", () => {
  test("are the same for the same seed and number, and differ for others", () => {
    for (let number = 0; number < 200; number += 1) {
      expect(messagesOf(7, number).map(textOf)).toEqual(messagesOf(7, number).map(textOf));
    }
    const firsts = Array.from({ length: 200 }, (_, number) => messagesOf(7, number).map(textOf).join(""));
    expect(new Set(firsts).size).toBeGreaterThan(150);
    expect(messagesOf(8, 0).map(textOf)).not.toEqual(messagesOf(7, 0).map(textOf));
  });

  test("contain requests that the registry must answer, some that the parser may refuse, and some that are cut", () => {
    const counts = Map.groupBy(many, ({ leeway }) => leeway);
    for (const leeway of ["registry", "parser", "cut"] as const) {
      expect([leeway, (counts.get(leeway) ?? []).length > many.length / 200]).toEqual([leeway, true]);
    }
  });

  test("contain secrets, but never in a path or a user agent, which are logged", () => {
    expect(many.filter((message) => textOf(message).includes(canary)).length).toBeGreaterThan(many.length / 20);
    for (const message of many) {
      const [requestLine = ""] = textOf(message).split("\r\n");
      const path = requestLine.split("?")[0]!.replace(/ \w+:\/\/[^/]*/, " ");
      expect(path).not.toContain(canary);
      expect(textOf(message)).not.toMatch(new RegExp(`User-Agent:[^\r]*${canary}`));
    }
  });
});

describe("smuggling", () => {
  test("has at least sixty different shapes, each with a hidden request", () => {
    expect(shapeCount).toBeGreaterThanOrEqual(60);
    expect(new Set(hidingMessages.map(textOf)).size).toBe(hidingMessages.length);
    for (const message of hidingMessages)
      expect(textOf(message)).toMatch(/GET \/v2\/hidden\/inside\/tags\/list HTTP\/1\.1\r\n/);
  });
});
