import { expect, test } from "bun:test";
import { imageNameText, parseImageName } from "./image-name.ts";

test.each([
  ["127.0.0.1:5000/team/app:1.0", ["127.0.0.1:5000", "team/app", "1.0"]],
  ["registry.example/app:latest", ["registry.example", "app", "latest"]],
  ["[::1]:5000/a/b/c:V_1", ["[::1]:5000", "a/b/c", "V_1"]],
  ["localhost/a:b", ["localhost", "a", "b"]],
])("%s is parsed into three parts, and formatted again", (text, [host, repository, tag]) => {
  const name = parseImageName(text);
  expect(Object.entries(name!)).toEqual(Object.entries({ host, repository, tag }));
  expect(imageNameText(name!)).toBe(text);
});

test.each([
  "",
  "app",
  "app:1.0",
  "registry.example/app",
  "127.0.0.1:5000/app",
  "registry.example/:1.0",
  "/app:1.0",
  "registry.example/app:",
  "registry.example/App:1.0",
  "registry.example/app:a b",
  "registry.example/app:1.0@sha256:00",
  "http://registry.example/app:1.0",
  "user@registry.example/app:1.0",
])("%j names no image", (text) => {
  expect(parseImageName(text)).toBeUndefined();
});
