import { expect, test } from "bun:test";
import { Client } from "../../src/loadtest/http/client.ts";
import { numbered, powers } from "./curve.ts";

test("sizes are powers", () => {
  expect(powers(10, 2, 4)).toEqual([100, 1_000, 10_000]);
  expect(powers(4, 5, 16).at(-1)).toBe(4 * 1024 ** 3);
});

test("each operation counts its calls, for all clients", async () => {
  const done: string[] = [];
  const noting = (name: string) => async (_: Client, nth: number) => done.push(`${name} ${nth}`);
  const operations = numbered({ push: noting("push"), GET: noting("GET") });
  const clients = [1, 2].map(() => new Client({ hostname: "127.0.0.1", port: 1, host: "127.0.0.1:1" }));
  for (const client of clients) for (const operation of Object.values(operations)) await operation(client);
  expect(done).toEqual(["push 0", "GET 0", "push 1", "GET 1"]);
});
