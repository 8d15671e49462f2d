import { expect, test } from "bun:test";
import { clientOf } from "./client-group.ts";

test("a client is an IPv4 address, also if it is written as IPv6", () => {
  expect(clientOf("192.0.2.7")).toBe("192.0.2.7");
  expect(clientOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
  expect(clientOf(undefined)).toBe("unknown");
});

test("M9 a client is an IPv6 network of 64 bits, because one host can use all addresses in it", () => {
  const same = ["2001:db8:0:1::1", "2001:db8:0:1:ffff::", "2001:0DB8::1:2:3:4:5", "2001:db8:0:1:a:b:c:d"];
  expect(same.map(clientOf)).toEqual(["2001:db8:0:1", "2001:db8:0:1", "2001:db8:0:1", "2001:db8:0:1"]);
  expect(clientOf("2001:db8:0:2::1")).not.toBe("2001:db8:0:1");
  expect(clientOf("::1")).toBe("0:0:0:0");
});
