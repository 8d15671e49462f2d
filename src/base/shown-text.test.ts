import { expect, test } from "bun:test";
import { baseLimits } from "./limits.ts";
import { printable, shownMessage, shownName, shownText } from "./shown-text.ts";

test("a value is in quotes and on one line, and cut if it is long", () => {
  expect(shownText('a "b"\t')).toBe('"a \\"b\\"\\t"');
  expect(shownText("x".repeat(5_000))).toBe(`"${"x".repeat(baseLimits.shownCharacters)}…"`);
  expect(shownName("x".repeat(5_000))).toBe(`${"x".repeat(baseLimits.shownCharacters)}…`);
  expect(shownName("a\u{1b}[31m\u{2028}")).toBe("a\u{fffd}[31m\u{fffd}");
});

test("the content of a file is never shown", () => {
  const pem = "the content of a PEM file";
  const cases = {
    "-----BEGIN PRIVATE KEY-----\\nMII": pem,
    "\n-----BEGIN X\nMII\n": pem,
    "a\rb": "a text of several lines",
  };
  for (const [text, description] of Object.entries(cases)) {
    expect([shownText(text), shownName(text)]).toEqual([description, `(${description})`]);
  }
});

test.each([
  ["https://u:pw@h", "https://***@h"],
  ["https://token@h:5000/x", "https://***@h:5000/x"],
  ["https://u:p/w@x@h", "https://***@h"],
  ["u:pw@h:5000", "***@h:5000"],
  ["https://a.example,http://u:pw@b.example", "https://***@b.example"],
  ["/data/a@b", "/data/a@b"],
  ["registry:5000/name@sha256:0", "registry:5000/name@sha256:0"],
])("the user of a URL is hidden: %s", (text, shown) => expect(shownName(text)).toBe(shown));

test("a long message keeps its end", () => {
  const message = shownMessage(`${"x".repeat(5_000)}\n; write it in another way`);
  expect(message).toEndWith("x\u{fffd}; write it in another way");
  expect(message.length).toBeLessThanOrEqual(baseLimits.messageCharacters + 3);
  expect(printable("a\u{85}b\u{0}c")).toBe("a\u{fffd}b\u{fffd}c");
});
