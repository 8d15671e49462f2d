/**
 * Range and If-Range (RFC 9110 sections 14 and 13.1.5), in every form, for blobs of every kind, by the routes of today
 * and of 2014.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { ociLimits } from "../../src/oci/limits.ts";
import { formatHttpDate } from "../../src/oci/http-date.ts";
import { partsOf } from "../support/byteranges.ts";
import { blobOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob } from "../support/push.ts";
import { ask } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "team/ranges";
const KiB = 1024;

const blobs: Readonly<Record<string, Content>> = {
  empty: blobOf("empty", 0),
  "one byte": blobOf("one", 1),
  "small, in the database": blobOf("small", 100),
  "the largest in the database": blobOf("inline", ociLimits.inlineBlobBytes - 1),
  "the smallest in a file": blobOf("file", ociLimits.inlineBlobBytes),
  "large, in a file": blobOf("large", 300_000),
};

const routes = { today: "blobs", "2014": "blob" } as const;

let registry: TestRegistry;
let pushedAt = 0;
beforeAll(async () => {
  registry = await startRegistry();
  pushedAt = registry.clock.now();
  for (const content of Object.values(blobs)) await pushBlob(registry.url, name, content);
});
afterAll(() => registry.dispose());

/** The expected ranges. "whole" is a 200, "none" a 416. */
type Expected = "whole" | "none" | readonly (readonly [start: number, end: number])[];

const huge = "9".repeat(30);
const many = (count: number) => Array.from({ length: count }, (_, index) => `${2 * index}-${2 * index}`);

/** The reply that a header expects for a blob of this size. */
const forms: readonly (readonly [header: string, expected: (size: number) => Expected])[] = [
  ["bytes=0-0", (size) => (size > 0 ? [[0, 1]] : "none")],
  ["bytes=10-19", (size) => (size > 10 ? [[10, Math.min(20, size)]] : "none")],
  ["bytes=0-", (size) => (size > 0 ? [[0, size]] : "none")],
  ["bytes=50-", (size) => (size > 50 ? [[50, size]] : "none")],
  [`bytes=0-${huge}`, (size) => (size > 0 ? [[0, size]] : "none")],
  ["bytes=0-9007199254740993", (size) => (size > 0 ? [[0, size]] : "none")],
  ["bytes=00010-00019", (size) => (size > 10 ? [[10, Math.min(20, size)]] : "none")],
  ["BYTES=0-0", (size) => (size > 0 ? [[0, 1]] : "none")],
  ["bytes= 0-0 ", (size) => (size > 0 ? [[0, 1]] : "none")],
  ["bytes=,\t0-0 ,,", (size) => (size > 0 ? [[0, 1]] : "none")],
  // A Content-Range cannot express the last bytes of an empty blob, and a server may return the whole blob.
  ["bytes=-1", (size) => (size > 0 ? [[size - 1, size]] : "whole")],
  ["bytes=-50", (size) => (size > 0 ? [[Math.max(0, size - 50), size]] : "whole")],
  [`bytes=-${huge}`, (size) => (size > 0 ? [[0, size]] : "whole")],
  ["bytes=-0", () => "none"],
  ["bytes=300000-", () => "none"],
  ["bytes=300000-300001", () => "none"],
  [`bytes=${huge}-`, () => "none"],
  ["bytes=9007199254740993-9007199254740993", () => "none"],
  // Invalid, but refused for the conformance suite (docs/choices.md).
  ["bytes=5-2", () => "none"],
  ["bytes=500-0", () => "none"],
  ["bytes=0-0,5-2", () => "none"],

  [
    "bytes=0-1,50-59",
    (size) =>
      size > 59
        ? [
            [0, 2],
            [50, 60],
          ]
        : size > 1
          ? [[0, 2]]
          : size > 0
            ? [[0, 1]]
            : "none",
  ],
  [
    "bytes=60-69, 0-1",
    (size) =>
      size > 69
        ? [
            [60, 70],
            [0, 2],
          ]
        : size > 0
          ? [[0, Math.min(2, size)]]
          : "none",
  ],
  [
    "bytes=0-9,10-19,20-29",
    (size) =>
      size > 29
        ? [
            [0, 10],
            [10, 20],
            [20, 30],
          ]
        : size > 0
          ? [[0, 1]]
          : "none",
  ],
  [
    "bytes=0-9,5-14",
    (size) =>
      size > 14
        ? [
            [0, 10],
            [5, 15],
          ]
        : size > 0
          ? [[0, 1]]
          : "none",
  ],
  [
    "bytes=3-3,3-3",
    (size) =>
      size > 3
        ? [
            [3, 4],
            [3, 4],
          ]
        : "none",
  ],
  [
    "bytes=0-0,-1",
    (size) =>
      size > 1
        ? [
            [0, 1],
            [size - 1, size],
          ]
        : "whole",
  ],
  ["bytes=400000-,0-0", (size) => (size > 0 ? [[0, 1]] : "none")],
  ["bytes=400000-,500000-500001", () => "none"],
  ["bytes=0-,0-,0-", (size) => (size > 0 ? "whole" : "none")],
  ["bytes=0-,-1", () => "whole"],

  ["bytes=", () => "whole"],
  ["bytes", () => "whole"],
  ["bytes=-", () => "whole"],
  ["bytes=,", () => "whole"],
  ["bytes=a-b", () => "whole"],
  ["bytes=0-1,x", () => "whole"],
  ["bytes=0-1;5-6", () => "whole"],
  ["bytes=0x0-0x1", () => "whole"],
  ["bytes=+0-1", () => "whole"],
  ["bytes=0-1-2", () => "whole"],
  ["bytes=--1", () => "whole"],
  ["bytes=0 - 1", () => "whole"],
  ["bytes 0-1", () => "whole"],
  ["0-1", () => "whole"],
  ["items=0-4", () => "whole"],
  ["bytes=\u00a00-1", () => "whole"],
  ["none", () => "whole"],
  [`bytes=${"0".repeat(20 * KiB)}`, () => "whole"],
  [`bytes=${" ".repeat(50 * KiB)}x`, () => "whole"],
];

async function get(route: string, { digest }: Content, headers: Record<string, string>): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/${route}/${digest}`, { headers });
}

async function expectReply(response: Response, { bytes, digest }: Content, expected: Expected): Promise<void> {
  const { status, headers } = response;
  const size = bytes.length;
  const body = await response.bytes();
  expect(headers.get("docker-distribution-api-version")).toBe("registry/2.0");
  if (expected === "none") {
    expect([status, headers.get("content-range")]).toEqual([416, `bytes */${size}`]);
    return;
  }
  expect([headers.get("etag"), headers.get("docker-content-digest")]).toEqual([`"${digest}"`, digest]);
  expect([headers.get("accept-ranges"), headers.get("content-disposition")]).toEqual(["bytes", "attachment"]);
  if (expected === "whole") {
    expect([status, headers.get("content-range"), headers.get("content-length")]).toEqual([200, null, String(size)]);
    expect(body).toEqual(bytes);
    return;
  }
  expect(status).toBe(206);
  const [first, ...others] = expected;
  if (first && others.length === 0) {
    const [start, end] = first;
    expect(headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${size}`);
    expect(headers.get("content-length")).toBe(String(end - start));
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(body).toEqual(bytes.slice(start, end));
    return;
  }
  expect(headers.get("content-range")).toBeNull();
  const parts = partsOf(headers.get("content-type"), body);
  expect(parts.map(({ start, end }) => [start, end] as const)).toEqual([...expected]);
  for (const part of parts) {
    expect(part.size).toBe(size);
    expect(new Uint8Array(part.bytes)).toEqual(bytes.slice(part.start, part.end));
  }
}

for (const [era, route] of Object.entries(routes)) {
  for (const [kind, blob] of Object.entries(blobs)) {
    describe(`BLOB-08 BLOB-09 BLOB-10 a blob (${kind}) by the route of ${era}`, () => {
      for (const [header, expected] of forms) {
        const shown = header.length > 60 ? `${header.slice(0, 60)}... (${header.length})` : header;
        test(`Range: ${JSON.stringify(shown)}`, async () => {
          await expectReply(await get(route, blob, { range: header }), blob, expected(blob.bytes.length));
        });
      }

      test("SPEC-HTTP-01 a HEAD has no ranges", async () => {
        for (const [header] of forms) {
          const headers = [["Range", header]] as const;
          const target = `/v2/${name}/${route}/${blob.digest}`;
          const head = await ask(registry.port, { method: "HEAD", target, headers });
          const seen = [head.status, head.headers.get("content-range"), head.headers.get("content-length")];
          expect([header, ...seen]).toEqual([header, 200, null, String(blob.bytes.length)]);
        }
      });
    });
  }

  describe(`BLOB-11 SPEC-HTTP-01 If-Range by the route of ${era}`, () => {
    const blob = blobs["large, in a file"]!;
    const date = () => formatHttpDate(pushedAt);
    const holding = { strong: () => `"${blob.digest}"`, ...(era === "2014" && { "the date": date }) };
    const failing: Readonly<Record<string, () => string>> = {
      weak: () => `W/"${blob.digest}"`,
      another: () => `"${blobs["one byte"]!.digest}"`,
      star: () => "*",
      "a list": () => `"${blob.digest}", "x"`,
      garbage: () => "yesterday",
      empty: () => "",
      "a later date": () => formatHttpDate(pushedAt + 60_000),
      ...(era === "today" && { "the date, which today's route does not give": date }),
    };
    for (const [what, condition] of Object.entries(holding)) {
      test(`${what}: the ranges apply`, async () => {
        for (const [header, expected] of forms) {
          const response = await get(route, blob, { range: header, "if-range": condition() });
          await expectReply(response, blob, expected(blob.bytes.length));
        }
      });
    }
    for (const [what, condition] of Object.entries(failing)) {
      test(`${what}: the ranges are ignored`, async () => {
        for (const [header] of forms) {
          await expectReply(await get(route, blob, { range: header, "if-range": condition() }), blob, "whole");
        }
      });
    }

    test("without a Range it has no effect", async () => {
      await expectReply(await get(route, blob, { "if-range": `"${blob.digest}"` }), blob, "whole");
      await expectReply(await get(route, blob, { "if-range": '"other"' }), blob, "whole");
    });

    test("a client that already has the blob gets 304, with any Range", async () => {
      const headers = { "if-none-match": `"${blob.digest}"` };
      for (const range of ["bytes=0-1", "bytes=0-1,5-6", "bytes=999999-"]) {
        expect((await get(route, blob, { ...headers, range })).status).toBe(304);
      }
    });
  });
}

describe("reports 3 BLOB-10 many ranges", () => {
  const large = blobs["large, in a file"]!;

  test("1,024 ranges are 1,024 parts, as containers/storage requests them", async () => {
    for (const blob of [large, blobs["the largest in the database"]!]) {
      const response = await get("blobs", blob, { range: `bytes=${many(1_024).join(",")}` });
      await expectReply(
        response,
        blob,
        many(1_024).map((_, index) => [2 * index, 2 * index + 1] as const),
      );
    }
  });

  test("with one range more, the whole blob is returned", async () => {
    await expectReply(await get("blobs", large, { range: `bytes=${many(1_025).join(",")}` }), large, "whole");
  });

  test("parts that are longer than a piece of the reply are complete", async () => {
    const parts = [
      [0, 100_000],
      [100_000, 165_536],
      [299_999, 300_000],
      [165_536, 299_000],
    ] as const;
    const range = `bytes=${parts.map(([start, end]) => `${start}-${end - 1}`).join(",")}`;
    const response = await get("blobs", large, { range });
    // A reply that is read while it is sent has no Content-Length.
    expect(response.headers.get("content-length")).toBeNull();
    await expectReply(response, large, parts);
  });

  test("a short reply has a Content-Length", async () => {
    const response = await get("blobs", large, { range: "bytes=0-9,20-29" });
    expect(response.headers.get("content-length")).not.toBeNull();
    const body = await response.clone().bytes();
    expect(response.headers.get("content-length")).toBe(String(body.length));
  });

  test("two replies have different boundaries", async () => {
    const type = async () => (await get("blobs", large, { range: "bytes=0-0,2-2" })).headers.get("content-type");
    expect(await type()).not.toBe(await type());
  });

  test("two Range lines are one list; a second unit in the list makes it invalid", async () => {
    const target = `/v2/${name}/blobs/${large.digest}`;
    const lines = (...values: string[]) => values.map((value) => ["Range", value] as const);
    const list = await ask(registry.port, { method: "GET", target, headers: lines("bytes=0-1", "5-6") });
    expect(partsOf(list.headers.get("content-type"), list.body)).toHaveLength(2);
    for (const headers of [lines("bytes=0-1", "bytes=5-6"), lines("bytes=0-1", "x"), lines("x", "bytes=0-1")]) {
      const whole = await ask(registry.port, { method: "GET", target, headers });
      expect([whole.status, whole.headers.get("content-range")]).toEqual([200, null]);
      expect(whole.body).toEqual(large.bytes);
    }
  });

  test("a client that disconnects does not affect the next request", async () => {
    for (let times = 0; times < 20; times += 1) {
      const aborter = new AbortController();
      const url = `${registry.url}/v2/${name}/blobs/${large.digest}`;
      const response = await fetch(url, {
        headers: { range: "bytes=0-149999,150000-299999" },
        signal: aborter.signal,
      });
      await response.body!.getReader().read();
      aborter.abort();
    }
    await expectReply(await get("blobs", large, { range: "bytes=0-0,2-2" }), large, [
      [0, 1],
      [2, 3],
    ]);
  });
});
