/** `lading bench`: load on a working registry, and on registries with wrong replies. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadtestLimits } from "../../src/loadtest/limits.ts";
import { randomBytes } from "../../src/loadtest/content.ts";
import { parseOrigin } from "../../src/loadtest/http/origin.ts";
import type { Figures } from "../../src/loadtest/measurement.ts";
import { runLoad, type Load } from "../../src/loadtest/run.ts";
import { workloads } from "../../src/loadtest/workloads.ts";
import { startFront } from "../support/front.ts";
import { patienceMs } from "../support/patience.ts";
import { runToEnd, withDirectory } from "../support/process.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

const names = Object.keys(workloads);
const few = ["--count", "12", "--seconds", "60", "--concurrency", "3", "--size", "200000"];

interface Report {
  readonly registry: string;
  readonly settings: Readonly<Record<string, unknown>> & { readonly repository: string };
  readonly machine: { readonly cores: number };
  readonly versions: { readonly bun: string };
  readonly figures: readonly Figures[];
}

async function tagsOf(name: string): Promise<string[]> {
  const list = await fetch(`${registry.url}/v2/${name}/tags/list`);
  return ((await list.json()) as { tags: string[] }).tags;
}

test("every load runs, is reported in a table and in a file, and writes only below the printed repository name", () =>
  withDirectory(async (path) => {
    const json = join(path, "report.json");
    const { code, stdout, stderr } = await runToEnd(["bench", registry.url, ...few, "--json", json]);
    expect(code, stderr).toBe(0);
    const { figures, settings, ...report } = JSON.parse(readFileSync(json, "utf8")) as Report;
    expect(figures.map(({ work, operations, failed }) => [work, operations, failed])).toEqual(
      names.map((name) => [name, 12, 0]),
    );
    const [first, head, ...rows] = stdout.trimEnd().split("\n");
    expect(first).toBe(
      `the pushed content stays in ${new URL(registry.url).host}/${settings.repository}/NAME, where NAME is the name of the load`,
    );
    expect(head).toStartWith("load ");
    expect(rows.map((row) => row.split(/ +/)[0]!)).toEqual(names);
    expect(settings).toMatchObject({ work: names, count: 12, seconds: 60, concurrency: 3, size: 200_000 });
    expect([report.registry, report.versions.bun]).toEqual([registry.url, Bun.version]);
    expect(report.machine.cores).toBeGreaterThan(0);
    for (const name of names) expect(stderr).toContain(`lading: ${name}: `);
    for (const name of ["tags-set", "push-images"]) {
      expect(await tagsOf(`${settings.repository}/${name}`)).toHaveLength(12);
    }
    const large = figures.find(({ work }) => work === "blob-get-large")!;
    expect(large.megabytesPerSecond * large.seconds).toBeCloseTo((12 * 200_000) / 1e6);
    const images = figures.find(({ work }) => work === "push-images")!;
    expect(images.requestsPerSecond / images.operationsPerSecond).toBeCloseTo(7);
    expect(figures.map(({ concurrency }) => concurrency)).toEqual(names.map((name) => (name === "push-large" ? 1 : 3)));
  }));

/** Runs one load through a proxy that answers some requests itself. */
async function benchWith(work: string, answer: (method: string, path: string) => Response | undefined) {
  const front = startFront(registry.url, ({ method }, path) => answer(method, path));
  try {
    return await runToEnd(["bench", front.url, "--work", work, ...few]);
  } finally {
    await front.dispose();
  }
}

type Answer = (method: string, path: string) => Response | undefined;

const wrong = (size: number) => new Response(new Uint8Array(size));
const isBlob = (path: string) => path.includes("/blobs/sha256:");
const isManifest = (path: string) => path.includes("/manifests/");

const wrongBlob: Answer = (method, path) => (method === "GET" && isBlob(path) ? wrong(4096) : undefined);
const wrongHead: Answer = (method, path) => (method === "HEAD" && isManifest(path) ? wrong(1) : undefined);
const failingOn =
  (asked: string): Answer =>
  (method, path) =>
    `${method} ${path}`.includes(asked) ? new Response("", { status: 500 }) : undefined;
const otherTags: Answer = (_, path) => (path.endsWith("/tags/list") ? Response.json({ tags: ["t00000"] }) : undefined);
const elsewhere: Answer = (method) =>
  method === "POST" ? new Response("", { status: 202, headers: { location: "http://192.0.2.1/u" } }) : undefined;

describe("wrong responses are counted by kind, and the exit code is 1", () => {
  test.each([
    // One of twelve small reads is hashed.
    ["blob-get-small", "1 × wrong bytes", wrongBlob],
    ["blob-get-large", "12 × wrong length", wrongBlob],
    ["manifest-head", "12 × wrong length", wrongHead],
    ["manifest-get", "12 × status 500", failingOn("GET /v2/lading-bench")],
    ["push-images", "12 × status 500", failingOn("/manifests/")],
    ["push-large", "12 × bad answer", elsewhere],
    ["tags-list", "12 × wrong page", otherTags],
    ["blob-get-large", "1 × not prepared: status 500", failingOn("POST ")],
  ])("%s: %s", async (work, told, answer) => {
    const { code, stdout, stderr } = await benchWith(work, answer);
    expect(code, stderr).toBe(1);
    expect(stdout).toContain(`\n${work}: ${told}; the first: `);
    expect(stderr).toEndWith("lading: some responses were not as expected\n");
  });
});

/** Each reading of this clock is 100 ms later. */
function steppingClock(): () => number {
  let ms = 0;
  return () => (ms += 100);
}

function loadOn(url: string, more: Partial<Load> = {}): Load {
  return {
    origin: parseOrigin(url)!,
    repository: `in-process/${crypto.randomUUID()}`,
    concurrency: 1,
    seconds: 1,
    size: 1000,
    random: randomBytes,
    now: steppingClock(),
    ...more,
  };
}

const nobody = { preparing: () => undefined, running: () => undefined };

test("a load ends when its time is over, and its figures use the clock", async () => {
  const { operations, seconds, operationsPerSecond, latencyMs } = await runLoad(
    "blob-head",
    loadOn(registry.url),
    nobody,
  );
  // Three readings for each operation: before it begins, at its start, and at its end.
  expect([operations, seconds]).toEqual([3, 1.2]);
  expect(operationsPerSecond).toBeCloseTo(3 / 1.2);
  expect([latencyMs.max, Math.round(latencyMs.p50)]).toEqual([100, 100]);
});

test("a load in which every request fails stops early", async () => {
  const front = startFront(registry.url, ({ method }) =>
    method === "HEAD" ? new Response("", { status: 503 }) : undefined,
  );
  const load = loadOn(front.url, { concurrency: 50, seconds: 3600, now: () => performance.now() });
  const { operations, failed } = await runLoad("manifest-head", load, nobody);
  await front.dispose();
  expect(operations).toBe(0);
  expect(failed).toBeWithin(loadtestLimits.failures, loadtestLimits.failures + 50);
});

describe("a load that cannot begin", () => {
  test("if nothing listens, the command fails and names the address", async () => {
    const front = startFront(registry.url, () => undefined);
    await front.dispose();
    const { code, stdout, stderr } = await runToEnd(["bench", front.url]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toStartWith(`lading: cannot connect to ${new URL(front.url).host}: `);
  });

  test("if the report cannot be written, the table is still printed", () =>
    withDirectory(async (path) => {
      const json = join(path, "none", "report.json");
      const ended = await runToEnd(["bench", registry.url, "--work", "blob-head", ...few, "--json", json]);
      expect([ended.code, existsSync(json)]).toEqual([1, false]);
      expect(ended.stdout).toContain("\nblob-head ");
      expect(ended.stderr).toContain("lading: --json: ");
    }));

  test.each([
    [[], "one registry"],
    [["a", "b"], "one registry"],
    [["https://a"], "https://a"],
    [["http://a", "--work", "all"], "manifest-get"],
    [["http://a", "--seconds", "0"], "--seconds"],
    [["http://a", "--concurrency", "1001"], "--concurrency"],
    [["http://a", "--size", "1e3"], "--size"],
    [["http://a", "--count", "-1"], "--count"],
    [["http://a", "--repository", "A"], "--repository"],
    [["http://a", "--repository", "a".repeat(250)], "--repository"],
    [["http://a", "--other"], "--other"],
  ])("the parameters %j are refused", async (parameters, named) => {
    const { code, stdout, stderr } = await runToEnd(["bench", ...parameters]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain(named);
  });
});
