import { beforeEach, expect, test } from "bun:test";
import { VersionedCache } from "./versioned-cache.ts";

interface Answer {
  readonly says: string;
}

let version: number;
let asked: number;
let standing: VersionedCache<Answer>;

beforeEach(() => {
  version = 1;
  asked = 0;
  standing = new VersionedCache({ version: () => version });
});

/** The cached result for the key, or the result of the store. */
async function saying(says: string, key = "key"): Promise<string | undefined> {
  const answer = standing.answer(key, async () => {
    asked += 1;
    return { says };
  });
  return (await answer)?.says;
}

/** Queries the store, which answers when `end` is called. */
function slowly(key = "key") {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const answer = standing.answer(key, () => promise);
  const end = async (says: string) => {
    resolve({ says });
    return (await answer)?.says;
  };
  return { end };
}

test("a result is cached from its second request until the next commit", async () => {
  expect([await saying("a"), await saying("b"), await saying("c")]).toEqual(["a", "b", "b"]);
  version += 1;
  expect([await saying("d"), await saying("e")]).toEqual(["d", "d"]);
  expect(asked).toBe(3);
});

test("a cached result is returned synchronously", async () => {
  for (let times = 0; times < 2; times += 1) await saying("a");
  expect(standing.answer("key", () => Promise.reject(new Error("asked")))).toEqual({ says: "a" });
});

test("keys are independent of each other", async () => {
  for (let times = 0; times < 2; times += 1) await saying("a", "one");
  expect(await saying("b", "other")).toBe("b");
});

test("a result that was read during a commit is not cached", async () => {
  await saying("first");
  const [early, earlier] = [slowly(), slowly()];
  version += 1;
  expect(await early.end("of before")).toBe("of before");
  expect(await saying("of now")).toBe("of now");
  expect(await earlier.end("of before")).toBe("of before");
  expect(await saying("of later")).toBe("of now");
});

test("a missing result is not cached", async () => {
  for (let times = 0; times < 3; times += 1)
    expect(await standing.answer("key", async () => undefined)).toBeUndefined();
  expect(await saying("there")).toBe("there");
});
