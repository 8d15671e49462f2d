import { expect, test } from "bun:test";
import { formatHttpDate, parseHttpDate, wholeSeconds } from "./http-date.ts";

const at = Date.UTC(1994, 10, 6, 8, 49, 37);

test.each(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
  "%s is the time of the example in RFC 9110",
  (text) => expect(parseHttpDate(text)).toBe(at),
);

test("a formatted date is parsed back, to the second", () => {
  expect(formatHttpDate(at + 999)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  expect(parseHttpDate(formatHttpDate(at + 999))).toBe(wholeSeconds(at + 999));
  expect(wholeSeconds(at + 999)).toBe(at);
});

test("a year of two digits is near the present", () => {
  expect(parseHttpDate("Tuesday, 18-Nov-14 20:39:32 GMT")).toBe(Date.UTC(2014, 10, 18, 20, 39, 32));
  expect(parseHttpDate("Thursday, 01-Jan-70 00:00:00 GMT")).toBe(0);
});

test.each([
  "",
  "yesterday",
  "0",
  "1994-11-06T08:49:37Z",
  "Sun, 06 Nov 1994 08:49:37 CET",
  "Sun, 06 Nov 1994 24:00:00 GMT",
  "Sun, 6 Nov 1994 08:49:37 GMT",
  "Wed, 30 Feb 1994 08:49:37 GMT",
  " Sun, 06 Nov 1994 08:49:37 GMT",
])("%p is not a date", (text) => expect(parseHttpDate(text)).toBeUndefined());
