import { expect, test } from "bun:test";
import { documents } from "../../tools/documents.ts";

for (const [path, make] of Object.entries(documents)) {
  test(`${path} is up to date; 'npm run docs' writes it`, async () => {
    expect(await Bun.file(new URL(`../../${path}`, import.meta.url)).text()).toBe(make());
  });
}
