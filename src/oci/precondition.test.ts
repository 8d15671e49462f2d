import { expect, test } from "bun:test";
import { digestOf } from "./digest.ts";
import { holds, matches, matchesStrongly } from "./precondition.ts";

const [here, other] = [digestOf(Buffer.from("here")), digestOf(Buffer.from("other"))];

test("MAN-06 a condition matches a digest with or without quotes, weak, in a list, and by a star", () => {
  for (const tags of [`"${here}"`, here, `W/"${here}"`, `"${other}", "${here}"`, "*"]) {
    expect([tags, matches(tags, here)]).toEqual([tags, true]);
  }
  for (const tags of [undefined, "", `"${other}"`, `"${here}x"`, `"${here}`]) {
    expect([tags, matches(tags, here)]).toEqual([tags, false]);
  }
});

test("BLOB-11 an If-Range has one ETag, which is strong", () => {
  expect(matchesStrongly(`"${here}"`, here)).toBe(true);
  expect(matchesStrongly(`W/"${here}"`, here)).toBe(false);
});

test("SPEC-COND-01 If-Match requires the current content, strongly", () => {
  expect(holds({ match: `"${here}"` }, here)).toBe(true);
  expect(holds({ match: `"${other}", ${here}` }, here)).toBe(true);
  expect(holds({ match: "*" }, here)).toBe(true);
  expect(holds({ match: `W/"${here}"` }, here)).toBe(false);
  expect(holds({ match: `"${other}"` }, here)).toBe(false);
  for (const match of ["*", `"${here}"`, ""]) expect(holds({ match }, undefined)).toBe(false);
});

test("SPEC-COND-01 If-None-Match requires other content; both conditions must be true", () => {
  expect(holds({ noneMatch: "*" }, undefined)).toBe(true);
  expect(holds({ noneMatch: "*" }, here)).toBe(false);
  expect(holds({ noneMatch: `W/"${here}"` }, here)).toBe(false);
  expect(holds({ noneMatch: `"${other}"` }, here)).toBe(true);
  expect(holds({ match: `"${here}"`, noneMatch: `"${here}"` }, here)).toBe(false);
  expect(holds({}, undefined)).toBe(true);
});
