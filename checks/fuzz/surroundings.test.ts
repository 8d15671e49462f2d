import { afterAll, expect, test } from "bun:test";
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Surroundings } from "./surroundings.ts";

const folder = mkdtempSync(join(tmpdir(), "lading-around-"));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
function fresh(): Surroundings {
  made += 1;
  return new Surroundings(join(folder, String(made)));
}

test("changes in the data directory are ignored", () => {
  const around = fresh();
  mkdirSync(join(around.data, "storage"));
  writeFileSync(join(around.data, "storage", "blob"), "bytes");
  expect(around.untouched).toBe(true);
});

const touches: Readonly<Record<string, (around: Surroundings) => void>> = {
  "a file made beside it": ({ root }) => writeFileSync(join(root, "var", "new"), ""),
  "a file made where the registry was started": ({ home }) => writeFileSync(join(home, "new"), ""),
  "a directory made": ({ root }) => mkdirSync(join(root, "new")),
  "a file changed": ({ root }) => writeFileSync(join(root, "canary"), "x"),
  "a file that grew": ({ home }) => appendFileSync(join(home, "canary"), "x"),
  "a file removed": ({ root }) => rmSync(join(root, "var", "canary")),
  "a mode changed": ({ root }) => chmodSync(join(root, "canary"), 0o777),
};
for (const [what, touch] of Object.entries(touches)) {
  test(`${what} is noticed`, () => {
    const around = fresh();
    touch(around);
    expect(around.untouched).toBe(false);
  });
}
