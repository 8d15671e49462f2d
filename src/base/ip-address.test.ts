import { expect, test } from "bun:test";
import { parseIpAddress, parseIpRange } from "./ip-address.ts";

test("reports: equal addresses have one form", () => {
  for (const [text, usual] of [
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["::1", "::1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:127.0.0.1", "127.0.0.1"],
  ] as const) {
    expect([text, parseIpAddress(text)]).toEqual([text, usual]);
  }
});

test("reports: a text that is not an address is refused", () => {
  for (const text of ["", "a", "1.2.3", "01.2.3.4", "256.1.1.1", "[::1]", "::1%lo", "1.2.3.4:80", "1.2.3.4 ", ":::"]) {
    expect([text, parseIpAddress(text)]).toEqual([text, undefined]);
  }
});

test("reports: a range is an address and a number of bits", () => {
  expect(parseIpRange("10.0.0.0/8")).toEqual({ address: "10.0.0.0", bits: 8 });
  expect(parseIpRange("192.0.2.1")).toEqual({ address: "192.0.2.1", bits: 32 });
  expect(parseIpRange("fd00::/8")).toEqual({ address: "fd00::", bits: 8 });
  expect(parseIpRange("::ffff:10.0.0.0/104")).toEqual({ address: "10.0.0.0", bits: 8 });
  expect(parseIpRange("0.0.0.0/0")).toEqual({ address: "0.0.0.0", bits: 0 });
  for (const text of [
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "::ffff:1.2.3.4/95",
    "x/8",
  ]) {
    expect([text, parseIpRange(text)]).toEqual([text, undefined]);
  }
});
