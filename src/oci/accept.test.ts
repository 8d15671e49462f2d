import { expect, test } from "bun:test";
import { knowsOnlySchema1 } from "./accept.ts";
import { mediaTypes } from "./media-type.ts";

const { dockerSchema1, dockerSchema1Signed, dockerManifest, json } = mediaTypes;

test("MAN-09 no header, an empty one, and one with nothing newer come from who knows schema 1 only", () => {
  for (const accept of [undefined, "", " ", json, dockerSchema1, `${dockerSchema1Signed};q=0.9 , ${json}`]) {
    expect([accept, knowsOnlySchema1(accept)]).toEqual([accept, true]);
  }
});

test("MAN-07 MAN-08 whatever else stands there says that more is known", () => {
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
