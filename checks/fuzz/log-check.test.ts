import { describe, expect, test } from "bun:test";
import { basicCredentials, canary } from "./canary.ts";
import { complaintsAbout, type LogComplaint } from "./log-check.ts";
import { hiddenName } from "./smuggling.ts";

const line = (fields: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ message: "request", status: 200, ...fields });

test("a line about a request is accepted", () => {
  expect(complaintsAbout(line({ path: "/v2/", userAgent: '"},{' }))).toEqual([]);
});

describe("a complaint is found", () => {
  const wrong: readonly (readonly [LogComplaint, string])[] = [
    ["a line that is not one JSON object", '{"message":"req'],
    ["a line that is not one JSON object", `${line({})}${line({})}`],
    ["a line that is not one JSON object", "[]"],
    ["a line that is not one JSON object", ""],
    ["a control character", line({ userAgent: "\x9b31m" })],
    ["a control character", line({ userAgent: "\x7f" })],
    ["a control character", line({ userAgent: "\u2028" })],
    ["a secret", line({ error: `what was ${canary}?` })],
    ["a secret", line({ error: basicCredentials })],
    ["a hidden request", line({ path: `/v2/${hiddenName}/tags/list` })],
    ["a failure inside", line({ status: 500 })],
    ["a failure inside", line({ status: 503 })],
    ["a broken promise", line({ breach: "whole lacks headers" })],
  ];
  for (const [complaint, text] of wrong) {
    test(`${complaint}: ${JSON.stringify(text)}`, () => {
      expect(complaintsAbout(text)).toContain(complaint);
    });
  }
});
