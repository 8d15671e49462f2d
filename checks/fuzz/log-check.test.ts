import { describe, expect, test } from "bun:test";
import { basicCredentials, canary } from "./canary.ts";
import { complaintsAbout, type LogComplaint } from "./log-check.ts";
import { hiddenName } from "./smuggling.ts";

const line = (fields: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ message: "request", "http.response.status_code": 200, ...fields });

test("a line about a request is accepted", () => {
  expect(complaintsAbout(line({ "url.path": "/v2/", "user_agent.original": '"},{' }))).toEqual([]);
});

describe("a complaint is found", () => {
  const wrong: readonly (readonly [LogComplaint, string])[] = [
    ["a line that is not one JSON object", '{"message":"req'],
    ["a line that is not one JSON object", `${line({})}${line({})}`],
    ["a line that is not one JSON object", "[]"],
    ["a line that is not one JSON object", ""],
    ["a control character", line({ "user_agent.original": "\x9b31m" })],
    ["a control character", line({ "user_agent.original": "\x7f" })],
    ["a control character", line({ "user_agent.original": "\u2028" })],
    ["a secret", line({ error: `what was ${canary}?` })],
    ["a secret", line({ error: basicCredentials })],
    ["a hidden request", line({ "url.path": `/v2/${hiddenName}/tags/list` })],
    ["a failure inside", line({ "http.response.status_code": 500 })],
    ["a failure inside", line({ "http.response.status_code": 503 })],
    ["a broken promise", line({ breach: "whole lacks headers" })],
  ];
  for (const [complaint, text] of wrong) {
    test(`${complaint}: ${JSON.stringify(text)}`, () => {
      expect(complaintsAbout(text)).toContain(complaint);
    });
  }
});
