import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { goTimeOf, zeroTime } from "./go-time.ts";

test.each([
  ["2018-11-15T22:45:06.938205500Z", "2018-11-15T22:45:06.9382055Z"],
  ["2018-11-15T22:45:06.000Z", "2018-11-15T22:45:06Z"],
  ["2018-11-15T22:45:06.1234567891Z", "2018-11-15T22:45:06.123456789Z"],
  ["2018-11-15T22:45:06.0000000009Z", "2018-11-15T22:45:06Z"],
  ["2018-11-15T22:45:06+00:00", "2018-11-15T22:45:06Z"],
  ["2018-11-15T22:45:06.5-00:00", "2018-11-15T22:45:06.5Z"],
  ["2018-11-15T22:45:06-07:30", "2018-11-15T22:45:06-07:30"],
  ["2024-02-29T23:59:59+23:59", "2024-02-29T23:59:59+23:59"],
  ["2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"],
  [zeroTime, zeroTime],
])("%s is written %s", (text, written) => {
  expect(goTimeOf(text)).toBe(written);
});

const none = [
  "",
  "text",
  "2018-11-15",
  "2018-11-15T22:45:06",
  "2018-11-15 22:45:06Z",
  "2018-11-15t22:45:06z",
  "2018-11-15T22:45:06,5Z",
  "2018-11-15T22:45:06.Z",
  "2018-11-15T2:45:06Z",
  "12018-11-15T22:45:06Z",
  "2018-00-15T22:45:06Z",
  "2018-13-15T22:45:06Z",
  "2018-11-00T22:45:06Z",
  "2018-11-31T22:45:06Z",
  "2023-02-29T22:45:06Z",
  "1900-02-29T22:45:06Z",
  "2024-02-30T22:45:06Z",
  "2018-11-15T22:45:06Z\n",
  "2018-11-15T24:00:00Z",
  "2018-11-15T22:60:06Z",
  "2018-11-15T22:45:60Z",
  "2018-11-15T22:45:06+24:00",
  "2018-11-15T22:45:06+01:60",
  "2018-11-15T22:45:06+0100",
];

test.each(none)("not a time: %j", (text) => {
  expect(goTimeOf(text)).toBeUndefined();
});

test("any time is written unchanged, except for zeros at its end", () => {
  const moments = fc.date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") });
  fc.assert(
    fc.property(moments, (moment) => {
      const text = moment.toISOString();
      expect(goTimeOf(text)).toBe(
        text
          .replace(/\.?0+Z$/, "Z")
          .replace(/:(\d)Z$/, ":$10Z")
          .replace(/:Z$/, ":00Z"),
      );
      expect(new Date(goTimeOf(text)!)).toEqual(moment);
    }),
  );
});
