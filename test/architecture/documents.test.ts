import { expect, test } from "bun:test";
import { documents } from "../../tools/documents.ts";

for (const [path, make] of Object.entries(documents)) {
  test(`${path} is what the code says; 'npm run docs' writes it`, async () => {
    expect(await Bun.file(new URL(`../../${path}`, import.meta.url)).text()).toBe(make());
  });
}
