/** The length limit of a request head: the request line and all headers together. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { apiLimits } from "../../src/api/limits.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { startProcess, withDirectory } from "../support/process.ts";
import { pushBlob } from "../support/push.ts";
import { ask, type RawRequest } from "../support/raw.ts";
import { startRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "team/heads";
const blob = blobOf("heads", 5_000);
const KiB = 1024;

type Header = readonly [name: string, value: string];

const manyRanges = Array.from({ length: 1_024 }, (_, index) => `${1e9 + index * 1e6}-${1e9 + index * 1e6 + 99}`);

/** Each head is longer than the default limit of the runtime, and within the limit of the registry. */
const longHeads: Readonly<Record<string, { readonly target?: string; readonly headers: readonly Header[] }>> = {
  "one header of 60 KiB": { headers: [["X-Any", "a".repeat(60 * KiB)]] },
  "a token of 20 KiB": { headers: [["Authorization", `Bearer ${"a".repeat(20 * KiB)}`]] },
  "cookies of 40 KiB": { headers: [["Cookie", "session=0123456789; ".repeat(2_048)]] },
  "50 tracing headers": {
    headers: Array.from({ length: 50 }, (_, index) => [`X-Trace-${index}`, "a".repeat(1_000)] as const),
  },
  "1,024 ranges": { headers: [["Range", `bytes=${manyRanges.join(",")}`]] },
  "a list of entity tags of 30 KiB": { headers: [["If-None-Match", `"sha256:${"0".repeat(64)}", `.repeat(400)]] },
  "a target of 30 KiB": { target: `/v2/_catalog?unknown=${"a".repeat(30 * KiB)}`, headers: [] },
  "50 tags of 128 characters": {
    target: `/v2/_catalog?${Array.from({ length: 50 }, () => `tag=${"a".repeat(128)}`).join("&")}`,
    headers: [["X-Any", "a".repeat(12 * KiB)]],
  },
};

const requests = Object.entries(longHeads).map(([what, { target = `/v2/${name}/blobs/${blob.digest}`, headers }]) => {
  return [what, { method: "GET", target, headers } satisfies RawRequest] as const;
});

async function expectHeads(port: number): Promise<void> {
  for (const [what, request] of requests) {
    const { status } = await ask(port, request);
    // All of the 1,024 ranges begin after the end of the blob.
    expect([what, status]).toEqual([what, what === "1,024 ranges" ? 416 : 200]);
  }
  const tooLong: RawRequest = { method: "GET", target: "/v2/", headers: [["X-Any", "a".repeat(70 * KiB)]] };
  expect((await ask(port, tooLong)).status).toBe(431);
  expect((await ask(port, { method: "GET", target: "/v2/" })).status).toBe(200);
}

describe("reports 3 heads of up to 64 KiB are read, longer ones are 431", () => {
  test("in a process that embeds the registry", async () => {
    const registry = await startRegistry();
    await pushBlob(registry.url, name, blob);
    await expectHeads(registry.port);
    await registry.dispose();
  });

  for (const workers of ["1", "2"]) {
    test(`in the process of the command, with --workers ${workers}`, () =>
      withDirectory(async (path) => {
        const flags = ["--listen", "127.0.0.1:0", "--data", join(path, "data"), "--workers", workers];
        const process = await startProcess(flags);
        await pushBlob(process.url, name, blob);
        await expectHeads(Number(new URL(process.url).port));
        await process.end();
      }));
  }
});

test("reports 3 an ETag at the end of a long If-None-Match list matches", async () => {
  const registry = await startRegistry();
  await pushBlob(registry.url, name, blob);
  const others = `"sha256:${"0".repeat(64)}", `.repeat(700);
  const list = `${others}"${blob.digest}"`;
  expect(list.length).toBeLessThan(apiLimits.requestHeadBytes);
  const { status } = await ask(registry.port, {
    method: "GET",
    target: `/v2/${name}/blobs/${blob.digest}`,
    headers: [["If-None-Match", list]],
  });
  expect(status).toBe(304);
  await registry.dispose();
});
