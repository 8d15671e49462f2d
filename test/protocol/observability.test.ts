/** Health probes, metrics and the log. None of them contains secrets. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { blobOf } from "../support/content.ts";
import { Faults } from "../support/faults.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushImage } from "../support/push.ts";
import { startProcess, withDirectory } from "../support/process.ts";
import { ask } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

const faults = new Faults();
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ faults });
});
afterAll(() => registry.dispose());

test("OPS-01 healthz reports that the process answers", async () => {
  const get = await fetch(`${registry.url}/healthz`);
  expect([get.status, get.headers.get("content-type"), await get.text()]).toEqual([
    200,
    "text/plain; charset=utf-8",
    "ok\n",
  ]);
});

test("OPS-02 readyz is 503 if nothing can be stored, and healthz stays 200", async () => {
  expect((await fetch(`${registry.url}/readyz`)).status).toBe(200);
  faults.storageFull = true;
  const [ready, healthy] = [await fetch(`${registry.url}/readyz`), await fetch(`${registry.url}/healthz`)];
  faults.storageFull = false;
  expect([ready.status, await codesOf(ready), healthy.status]).toEqual([503, ["UNAVAILABLE"], 200]);
  expect(ready.headers.get("retry-after")).not.toBeNull();
  expect((await fetch(`${registry.url}/readyz`)).status).toBe(200);
});

async function metrics(): Promise<string> {
  return (await fetch(`${registry.url}/metrics`)).text();
}

async function valueOf(series: string): Promise<number> {
  const line = (await metrics()).split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.split(" ")[1] ?? 0);
}

describe("OPS-03 the metrics", () => {
  test("count each request by its row and status", async () => {
    const found = 'lading_request_duration_seconds_count{operation="base-get",status="200"}';
    const missing = 'lading_request_duration_seconds_count{operation="blob-get",status="404"}';
    const before = [await valueOf(found), await valueOf(missing)];
    for (let round = 0; round < 3; round += 1) await fetch(`${registry.url}/v2/`);
    await fetch(`${registry.url}/v2/a/blobs/${blobOf("absent").digest}`);
    expect([await valueOf(found), await valueOf(missing)]).toEqual([before[0]! + 3, before[1]! + 1]);
  });

  test("have one series for all unknown paths", async () => {
    for (let index = 0; index < 50; index += 1) await fetch(`${registry.url}/nowhere/${index}`);
    const series = (await metrics()).split("\n").filter((line) => line.includes('_count{operation="none"'));
    expect(series).toEqual(['lading_request_duration_seconds_count{operation="none",status="404"} 50']);
  });

  test("are in the Prometheus text format with cumulative buckets", async () => {
    const text = await metrics();
    expect(text).toEndWith("\n");
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$/);
    }
    const buckets = text
      .split("\n")
      .filter((line) => line.startsWith('lading_request_duration_seconds_bucket{operation="base-get",status="200"'))
      .map((line) => Number(line.split(" ")[1]));
    expect(buckets.length).toBeGreaterThan(1);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toBe(
      await valueOf('lading_request_duration_seconds_count{operation="base-get",status="200"}'),
    );
  });

  test("newcomer 11 report the version, the start time and the resources of the process", async () => {
    const text = await metrics();
    expect(text).toMatch(/^lading_build_info\{version="\d+\.\d+\.\d+",runtime="bun [\d.]+"\} 1$/m);
    const started = await valueOf("process_start_time_seconds");
    expect(Math.abs(Date.now() / 1000 - process.uptime() - started)).toBeLessThan(5);
    for (const name of [
      "process_cpu_seconds_total",
      "process_resident_memory_bytes",
      "process_open_fds",
      "process_max_fds",
      "lading_filesystem_size_bytes",
      "lading_filesystem_free_bytes",
      "lading_metadata_bytes",
    ]) {
      expect([name, (await valueOf(name)) > 0]).toEqual([name, true]);
    }
  });

  test("newcomer 11 count the bytes of bodies", async () => {
    const names = ["lading_received_bytes_total", "lading_sent_bytes_total"];
    const before = await Promise.all(names.map(valueOf));
    const { bytes, digest } = blobOf("counted", 300_000);
    const pushed = await fetch(`${registry.url}/v2/a/b/blobs/uploads/?digest=${digest}`, {
      method: "POST",
      body: bytes,
    });
    expect(pushed.status).toBe(201);
    const headers = { range: "bytes=0-99" };
    for (const init of [{}, { headers }, { method: "HEAD" }]) {
      await (await fetch(`${registry.url}/v2/a/b/blobs/${digest}`, init)).bytes();
    }
    const [received, sent] = await Promise.all(names.map(valueOf));
    expect(received! - before[0]!).toBe(300_000);
    // The scrapes in between count as sent bytes too.
    expect(sent! - before[1]!).toBeGreaterThan(300_100);
    expect(sent! - before[1]!).toBeLessThan(600_000);
  });

  test("newcomer 11 a scrape does not reset the stalls for another scraper", async () => {
    const stalls = async () => valueOf('lading_event_loop_stall_seconds_bucket{le="+Inf"}');
    const first = await stalls();
    expect(first).toBeGreaterThan(0);
    expect(await stalls()).toBeGreaterThanOrEqual(first);
  });

  test("count no reply that breaks its row's declaration", async () => {
    expect(await valueOf("lading_reply_breaches_total")).toBe(0);
    expect(await valueOf("lading_uploads_active")).toBe(0);
  });
});

test("OPS-03 the stored content and its bytes are counted once a minute, and not for a scrape", async () => {
  const own = await startRegistry();
  const read = async () => {
    const text = await (await fetch(`${own.url}/metrics`)).text();
    const values = text.matchAll(/^lading_(repositories|manifests|tags|blobs|manifest_bytes|blob_bytes) (\d+)$/gm);
    return Object.fromEntries([...values].map(([, name, value]) => [name, Number(value)]));
  };
  const { layer, config, manifest } = await pushImage(own.url, "team/counted", "1.0");
  const nothing = { repositories: 0, manifests: 0, tags: 0, blobs: 0, manifest_bytes: 0, blob_bytes: 0 };
  expect(await read()).toEqual(nothing);
  own.clock.advance(60_000);
  const blobBytes = layer.bytes.length + config.bytes.length;
  // The bytes of blobs are counted last.
  await until(async () => (await read())["blob_bytes"] === blobBytes);
  const bytes = { manifest_bytes: manifest.bytes.length, blob_bytes: blobBytes };
  expect(await read()).toEqual({ repositories: 1, manifests: 1, tags: 1, blobs: 2, ...bytes });
  await own.dispose();
});

/** The fields that each line of a request has. */
const requestFields = [
  "time",
  "id",
  "http.request.method",
  "url.path",
  "http.response.status_code",
  "http.server.request.duration",
  "client.address",
  "user_agent.original",
];

describe("SEC-11 CVE-2025-48374 the log", () => {
  const canary = "c4n4ry-5ecret";

  test("has one line of JSON for each request, and contains no secrets", () =>
    withDirectory(async (path) => {
      const running = await startProcess(["--listen", "127.0.0.1:0", "--data", path, "--log", "info"]);
      const port = Number(new URL(running.url).port);
      const { layer } = await pushImage(running.url, "library/logged", "latest");
      const secrets = [
        ["Authorization", `Basic ${canary}`],
        ["Proxy-Authorization", `Bearer ${canary}`],
        ["Cookie", `session=${canary}`],
        ["X-Registry-Auth", canary],
        ["If-None-Match", canary],
        ["Referer", `http://referer.test/?token=${canary}`],
        ["User-Agent", "docker/99.0"],
      ] as const;
      const targets = [
        "/v2/",
        `/v2/?token=${canary}&password=${canary}`,
        `http://user:${canary}@registry.test/v2/`,
        `/v2/library/logged/blobs/${layer.digest}?access_token=${canary}`,
        `/v2/library/logged/tags/list?n=${canary}`,
        `/v2/library/logged/tags/list?last=${canary}&n=0`,
        `/v2/_catalog?n=${canary}`,
        `/nowhere?password=${canary}`,
      ];
      for (const target of targets) await ask(port, { method: "GET", target, headers: secrets });
      const documents = [
        `{"${canary}":1,"${canary}":2}`,
        `{"password":${canary.replaceAll("-", "")}}`,
        `{"schemaVersion":2,"mediaType":"${canary}/x"}`,
        `{"password":"${canary}"}`,
      ];
      for (const text of documents) {
        const headers = [...secrets, ["Content-Type", "application/vnd.oci.image.manifest.v1+json"]] as const;
        const body = new TextEncoder().encode(text);
        await ask(port, { method: "PUT", target: "/v2/library/logged/manifests/x", headers, body });
      }
      await ask(port, { method: "GET", target: "/v2/", headers: [["Host", `${canary} x`]] });
      const { code, stdout, stderr } = await running.end();
      expect(code).toBe(0);
      expect(stdout + stderr).not.toContain(canary);
      expect(stdout + stderr).not.toContain(canary.replaceAll("-", ""));

      const lines = stderr
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const asked = lines.filter((line) => line["user_agent.original"] === "docker/99.0");
      expect(asked).toHaveLength(targets.length + documents.length);
      for (const line of asked) {
        expect(line).toMatchObject({ message: "request", level: "info" });
        for (const field of requestFields) expect([field, line[field]]).not.toEqual([field, undefined]);
      }
      expect(asked[3]).toMatchObject({
        operation: "blob-get",
        outcome: "whole",
        repository: "library/logged",
        reference: layer.digest,
        "client.address": "127.0.0.1",
        "http.response.status_code": 200,
        "http.response.body.size": layer.bytes.length,
      });
      expect(asked.at(-1)).toMatchObject({
        operation: "manifest-put-tag",
        reference: "x",
        "error.type": "MANIFEST_INVALID",
        "http.response.status_code": 400,
        "http.request.body.size": documents.at(-1)!.length,
      });
    }));

  test("L31 truncates the user agent, the path and the error text of a client", () =>
    withDirectory(async (path) => {
      const running = await startProcess(["--listen", "127.0.0.1:0", "--data", path]);
      const port = Number(new URL(running.url).port);
      const long = "x".repeat(15_000);
      const targets = [
        `/v2/${long}/tags/list`,
        `/${long}`,
        `/v2/a/tags/list?n=${long}`,
        `/v2/a/manifests/${long}`,
        "/v2/",
      ];
      for (const target of targets) {
        for (const method of ["GET", "PUT", "OPTIONS"]) {
          await ask(port, {
            method,
            target,
            headers: [
              ["User-Agent", `agent/1 ${long}`],
              ["Content-Type", long],
            ],
          });
        }
      }
      const { stderr } = await running.end();
      const lines = stderr.trimEnd().split("\n");
      expect(lines).toHaveLength(15);
      for (const line of lines) {
        const { "user_agent.original": userAgent, "url.path": asked } = JSON.parse(line) as Record<string, string>;
        expect(userAgent).toBe(`agent/1 ${long}`.slice(0, 256));
        expect(asked!.length).toBeLessThanOrEqual(1_024);
        expect(line.length).toBeLessThan(2_000);
      }
    }));

  test("has one line for each request, no matter what a client sends", () =>
    withDirectory(async (path) => {
      const running = await startProcess(["--listen", "127.0.0.1:0", "--data", path]);
      const port = Number(new URL(running.url).port);
      const forged = '"}\\n{"message":"forged"}\x9b31m\x7f\x85';
      await ask(port, {
        method: "GET",
        target: "/v2/a%0a%7b%22message%22%3a%22forged%22%7d",
        headers: [["User-Agent", forged]],
      });
      const { stderr } = await running.end();
      // Only characters that no terminal interprets.
      expect(stderr).toMatch(/^[\x20-\x7e\n]*$/);
      const lines = stderr
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.map(({ message }) => message)).toEqual(["request"]);
      expect(lines[0]?.["user_agent.original"]).toBe(forged);
    }));

  test("newcomer 10 omits successful probes and scrapes, and contains the repository", () =>
    withDirectory(async (path) => {
      const running = await startProcess(["--listen", "127.0.0.1:0", "--data", path, "--workers", "1"]);
      for (const probe of ["/healthz", "/readyz", "/metrics"]) await fetch(`${running.url}${probe}`);
      await fetch(`${running.url}/healthz`, { method: "POST" });
      await fetch(`${running.url}/v2/team/app/tags/list`);
      const { stderr } = await running.end();
      const lines = stderr
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines).toMatchObject([
        { level: "info", "url.path": "/healthz", "http.response.status_code": 405 },
        { "url.path": "/v2/team/app/tags/list", repository: "team/app", "http.response.status_code": 404 },
      ]);
    }));

  test("newcomer 10 contains probes at level debug, and has short lines in the format text", () =>
    withDirectory(async (path) => {
      const flags = ["--listen", "127.0.0.1:0", "--data", path, "--log", "debug", "--log-format", "text"];
      const running = await startProcess([...flags, "--workers", "1"]);
      await fetch(`${running.url}/healthz`, { headers: { "user-agent": "probe/1 more" } });
      const { stderr } = await running.end();
      expect(stderr).toMatch(/^\d\d:\d\d:\d\d debug GET    200 \/healthz out 3 B [\d.]+ ms 127\.0\.0\.1 probe\/1\n$/);
    }));

  for (const [level, kept] of [
    ["error", 0],
    ["off", 0],
  ] as const) {
    test(`at level ${level} has no lines about successful requests`, () =>
      withDirectory(async (path) => {
        const running = await startProcess(["--listen", "127.0.0.1:0", "--data", path, "--log", level]);
        await fetch(`${running.url}/v2/`);
        await fetch(`${running.url}/nowhere`);
        const { stderr } = await running.end();
        expect(stderr.length).toBe(kept);
      }));
  }
});
