import { expect, test } from "bun:test";
import { knowsOnlySchema1, prefersHtml } from "./accept.ts";
import { mediaTypes } from "./media-type.ts";

const { dockerSchema1, dockerSchema1Signed, dockerManifest, json } = mediaTypes;

test("MAN-09 a missing or empty Accept, and one with only old types, means a client that supports only schema 1", () => {
  for (const accept of [undefined, "", " ", json, dockerSchema1, `${dockerSchema1Signed};q=0.9 , ${json}`]) {
    expect([accept, knowsOnlySchema1(accept)]).toEqual([accept, true]);
  }
});

test("MAN-07 MAN-08 any other Accept means a client that supports newer types", () => {
  const others = [
    "*/*",
    "application/*",
    "text/html",
    dockerManifest,
    `${dockerSchema1}, */*;q=0.1`,
    "nonsense",
    `${json},`,
  ];
  for (const accept of others) expect([accept, knowsOnlySchema1(accept)]).toEqual([accept, false]);
});

test("newcomer 4 browsers and clients without a preference get a page; programs that request JSON do not", () => {
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
  for (const accept of [
    undefined,
    "*/*",
    "text/*",
    "text/html",
    browser,
    "application/json;q=0.5, text/html",
    "*/*;q=x",
  ]) {
    expect([accept, prefersHtml(accept)]).toEqual([accept, true]);
  }
  const programs = [
    "application/json",
    "application/json, text/plain, */*",
    "application/json, */*;q=0.5",
    "image/png",
    "",
  ];
  for (const accept of [...programs, "application/json, text/html;q=0.9", "text/html;q=0", "*/*, text/html;q=0"]) {
    expect([accept, prefersHtml(accept)]).toEqual([accept, false]);
  }
});
