import { expect, test } from "bun:test";
import { nearestName } from "./nearest-name.ts";

const names = ["listen", "data", "workers", "tls-cert", "tls-key", "log", "log-format"];

test("newcomer 9 a misspelt name finds the intended one", () => {
  const expected = {
    lisen: "listen",
    listne: "listen",
    LISTEN: "listen",
    dtaa: "data",
    dataa: "data",
    worker: "workers",
    "tls-ket": "tls-key",
    "log-fromat": "log-format",
    "log-form": "log-format",
    wor: "workers",
  };
  for (const [given, name] of Object.entries(expected))
    expect([given, nearestName(given, names)]).toEqual([given, name]);
});

test("newcomer 9 a dissimilar name finds none", () => {
  for (const given of ["frobnicate", "", "xy", "database-url", "seen"]) {
    expect([given, nearestName(given, names)]).toEqual([given, undefined]);
  }
});
