/** Warnings for users, and advice to clients about chunk sizes. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { loadSettings } from "../../src/config/load.ts";
import { SettingError } from "../../src/config/load.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

async function withSettings(flags: readonly string[], work: (registry: TestRegistry) => Promise<void>) {
  const registry = await startRegistry({ settings: loadSettings(flags, {}) });
  try {
    await work(registry);
  } finally {
    await registry.dispose();
  }
}

const requests = [
  ["GET", "/v2/", 200],
  ["HEAD", "/v2/", 200],
  ["POST", "/v2/a/blobs/uploads/", 202],
  ["GET", "/v2/a/manifests/none", 404],
  ["GET", "/elsewhere", 404],
  ["DELETE", "/v2/", 405],
] as const;

test("WARN-01 every reply has the notice, quoted, with code 299 and no agent", () =>
  withSettings(["--notice", String.raw`Moves to "new.example" on Friday \o/`], async ({ url }) => {
    for (const [method, path, status] of requests) {
      const response = await fetch(url + path, { method });
      expect([path, response.status]).toEqual([path, status]);
      expect(response.headers.get("warning")).toBe(String.raw`299 - "Moves to \"new.example\" on Friday \\o/"`);
    }
  }));

test("WARN-01 without a notice, replies have no Warning", () =>
  withSettings([], async ({ url }) => {
    for (const [method, path] of requests)
      expect((await fetch(url + path, { method })).headers.has("warning")).toBe(false);
  }));

test("WARN-02 a notice that is empty, too long or no header value stops the start", () => {
  for (const text of ["", "a".repeat(1001), "two\r\nlines", "caf\u00e9"]) {
    expect(() => loadSettings(["--notice", text], {})).toThrow(SettingError);
  }
});

test("UP-09 each upload session returns the minimum chunk size, and smaller chunks are accepted", () =>
  withSettings(["--chunk-minimum", "1048576"], async ({ url }) => {
    for (const query of ["", "?digest-algorithm=sha512", `?mount=sha256:${"0".repeat(64)}&from=a/b`]) {
      const post = await fetch(`${url}/v2/a/blobs/uploads/${query}`, { method: "POST" });
      expect([post.status, post.headers.get("oci-chunk-min-length")]).toEqual([202, "1048576"]);
      const patch = await fetch(url + post.headers.get("location")!, { method: "PATCH", body: "small" });
      expect(patch.status).toBe(202);
    }
  }));

test("UP-09 each upload session returns the maximum chunk size, for proxies with a limit", () =>
  withSettings(["--chunk-maximum", "100000000", "--chunk-minimum", "1048576"], async ({ url }) => {
    const { digest } = blobOf("not sent");
    for (const query of ["", "?digest-algorithm=sha512", `?mount=${digest}&from=a/b`, `?digest=${digest}`]) {
      const post = await fetch(`${url}/v2/a/blobs/uploads/${query}`, { method: "POST" });
      const advice = ["oci-chunk-min-length", "oci-chunk-max-length"].map((header) => post.headers.get(header));
      expect([query, post.status, ...advice]).toEqual([query, 202, "1048576", "100000000"]);
    }
  }));

test("UP-09 a chunk above the maximum is accepted", () =>
  withSettings(["--chunk-maximum", "10"], async ({ url }) => {
    const post = await fetch(`${url}/v2/a/blobs/uploads/`, { method: "POST" });
    const patch = await fetch(url + post.headers.get("location")!, { method: "PATCH", body: "x".repeat(1_000) });
    expect([patch.status, patch.headers.get("range")]).toEqual([202, "0-999"]);
  }));

test("UP-09 without a minimum and a maximum, replies have neither header", () =>
  withSettings([], async ({ url }) => {
    const post = await fetch(`${url}/v2/a/blobs/uploads/`, { method: "POST" });
    expect(post.headers.has("oci-chunk-min-length")).toBe(false);
    expect(post.headers.has("oci-chunk-max-length")).toBe(false);
  }));

test("a minimum above the maximum, or an invalid number of bytes, stops the start", () => {
  for (const flags of [
    ["--chunk-minimum", "11", "--chunk-maximum", "10"],
    ["--chunk-maximum", "100MB"],
    ["--chunk-maximum", "-1"],
  ]) {
    expect(() => loadSettings(flags, {})).toThrow(SettingError);
  }
  expect(loadSettings(["--chunk-minimum", "10", "--chunk-maximum", "10"], {}).chunkMaximum).toBe(10);
});
