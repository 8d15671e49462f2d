import { expect, test } from "bun:test";
import { parseDigest } from "../../oci/digest.ts";
import type { Registry } from "../../registry/registry.ts";
import { listingHandlers } from "./listings.ts";

const gate = Promise.withResolvers<void>();
/** The number of reads of each list. */
const read = { tags: 0, catalog: 0, referrers: 0 };

function source(list: keyof typeof read, entry: string) {
  return {
    async list() {
      read[list] += 1;
      await gate.promise;
      return { entries: [entry] };
    },
  };
}

const registry = {
  tags: source("tags", "latest"),
  catalog: source("catalog", "team/app"),
  referrers: source("referrers", "{}"),
} as unknown as Registry;

test("H2 400 concurrent requests for the same page read it twice, and share its bytes", async () => {
  const handlers = listingHandlers(registry);
  const grant = { repository: "team/app", object: parseDigest(`sha256:${"0".repeat(64)}`) };
  const query = { n: undefined, last: undefined, artifactType: undefined };
  const times = Array.from({ length: 400 });
  const asked = { grant, query } as never;
  const names = ["tagList", "catalog", "referrerList"] as const;
  const replies = names.map((name) => Promise.all(times.map(() => handlers[name](asked))));
  const others = handlers.tagList({ grant, query: { ...query, last: "a" } } as never);
  gate.resolve();
  for (const each of await Promise.all(replies)) {
    expect(new Set(each.map(({ body }) => body)).size).toBe(2);
  }
  await others;
  expect(read).toEqual({ tags: 3, catalog: 2, referrers: 2 });
});
