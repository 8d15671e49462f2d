import { expect, test } from "bun:test";
import { blobOf, descriptorOf, type Content } from "../../../test/support/content.ts";
import { linuxAmd64Of } from "./platform.ts";

const [one, two] = [blobOf("one"), blobOf("two")];
const at = (content: Content, platform: unknown) => Object.assign(descriptorOf(content), { platform });
const linuxAmd64 = { os: "linux", architecture: "amd64" };
const found = (...manifests: unknown[]) => linuxAmd64Of(new TextEncoder().encode(JSON.stringify({ manifests })));

test("the first image for linux/amd64 in an index is found", () => {
  const others = [{ os: "linux", architecture: "arm64" }, { os: "windows", architecture: "amd64" }, {}, null, "linux"];
  const before = others.map((platform) => at(one, platform));
  expect(found(descriptorOf(one), ...before, at(two, linuxAmd64))).toBe(two.digest);
  expect(found(at(one, { ...linuxAmd64, variant: "v2" }), at(two, linuxAmd64))).toBe(one.digest);
});

test("no image is found if none is for linux/amd64, or it has no digest", () => {
  expect(found(descriptorOf(one))).toBeUndefined();
  expect(found({ platform: linuxAmd64 })).toBeUndefined();
  expect(linuxAmd64Of(Buffer.from('{"manifests":null}'))).toBeUndefined();
  expect(linuxAmd64Of(Buffer.from("[]"))).toBeUndefined();
});
