import { expect, test } from "bun:test";
import { groups, settings } from "./settings.ts";

test("the table has each setting of each group once, in the order of the groups", () => {
  const keys = groups.flatMap((group) => Object.values(group.settings).map(({ key }) => key));
  expect(Object.values(settings).map(({ key }) => key)).toEqual(keys as never);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
});

test("defaults and examples are valid", () => {
  for (const group of groups) {
    for (const { key, default: value, example, parse } of Object.values(group.settings)) {
      for (const text of [value, example]) {
        if (typeof text === "string") expect([key, parse(text)]).not.toEqual([key, undefined]);
      }
    }
  }
});
