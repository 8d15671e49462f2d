/** The log line of a request: on a terminal, through a proxy, and of a client that reads slowly or leaves. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { startProcess, withDirectory } from "../support/process.ts";
import { pushBlob } from "../support/push.ts";
import { RawConnection } from "../support/raw.ts";
import { startRegistry } from "../support/registry.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

/** More than the kernel buffers for a client that reads nothing. */
const large = blobOf("read slowly", 32 * 1024 * 1024);

async function withSlowReader(
  work: (reader: RawConnection, registry: Awaited<ReturnType<typeof startRegistry>>) => Promise<void>,
): Promise<void> {
  const registry = await startRegistry();
  await pushBlob(registry.url, "team/app", large);
  const reader = await RawConnection.open(registry.port);
  await reader.sendRequest({ method: "GET", target: `/v2/team/app/blobs/${large.digest}` });
  reader.pause();
  // This request is in the log, and the one before it is not: its client has not read the response.
  await fetch(`${registry.url}/v2/team/app/tags/list`);
  await until(() => registry.recorder.events.at(-1)?.row === "tag-list");
  await work(reader, registry);
  reader.cut();
  await registry.dispose();
}

test("a request lasts until its last byte, however slowly the client reads", () =>
  withSlowReader(async (reader, { recorder }) => {
    const pausedAt = performance.now();
    await Bun.sleep(50);
    expect(recorder.events.some(({ row, method }) => row === "blob-get" && method === "GET")).toBe(false);
    const pausedMs = performance.now() - pausedAt;
    reader.resume();
    expect((await reader.response("GET"))?.body.length).toBe(large.bytes.length);
    await until(() => recorder.events.at(-1)?.row === "blob-get");
    const { durationMs, headersMs, error, reference, sentBytes } = recorder.events.at(-1)!;
    expect(durationMs!).toBeGreaterThan(pausedMs);
    expect(durationMs! - headersMs!).toBeGreaterThan(0);
    expect([error, reference, sentBytes]).toEqual([undefined, large.digest, large.bytes.length]);
  }));

test("a request whose client leaves before the end of the response ends with the connection", () =>
  withSlowReader(async (reader, { recorder }) => {
    reader.cut();
    await until(() => recorder.events.at(-1)?.row === "blob-get");
    const { status, durationMs, headersMs } = recorder.events.at(-1)!;
    expect([status, durationMs! > headersMs!]).toEqual([200, true]);
  }));

test("a response that its client does not read is in the log when the registry stops", async () => {
  const registry = await startRegistry();
  await pushBlob(registry.url, "team/app", large);
  const reader = await RawConnection.open(registry.port);
  await reader.sendRequest({ method: "GET", target: `/v2/team/app/blobs/${large.digest}` });
  reader.pause();
  await fetch(`${registry.url}/v2/team/app/tags/list`);
  const stopped = registry.dispose();
  reader.resume();
  await stopped;
  expect(registry.recorder.events.filter(({ row, method }) => row === "blob-get" && method === "GET")).toHaveLength(1);
  reader.cut();
});

test("a request is in flight until its last byte, and the scrape itself counts", () =>
  withSlowReader(async (reader, { url }) => {
    const inFlight = async () =>
      Number(/^lading_requests_in_flight (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
    expect(await inFlight()).toBe(2);
    reader.cut();
    await until(async () => (await inFlight()) === 1);
  }));

test("Forwarded is believed from a trusted proxy, as X-Forwarded-For is", () =>
  withDirectory(async (data) => {
    for (const [flags, address] of [
      [["--trusted-proxies", "127.0.0.1"], "2001:db8::7"],
      [[], "127.0.0.1"],
    ] as const) {
      const running = await startProcess(["--listen", "127.0.0.1:0", "--data", join(data, address), ...flags]);
      await fetch(`${running.url}/v2/`, { headers: { forwarded: 'for="[2001:db8::7]:4711";proto=https' } });
      const { stderr } = await running.end();
      expect(JSON.parse(stderr) as object).toMatchObject({ "url.path": "/v2/", "client.address": address });
    }
  }));

/** Starts a registry whose outputs are a terminal, sends a request, and returns the log lines. */
async function linesOnTerminal(data: string, environment: Readonly<Record<string, string>>): Promise<string[]> {
  let text = "";
  const decoder = new TextDecoder();
  const command = [process.execPath, join("src", "cli", "main.ts"), "serve", "--listen", "127.0.0.1:0", "--data", data];
  const child = Bun.spawn(command, {
    env: { PATH: process.env["PATH"] ?? "", TERM: "xterm", LADING_WORKERS: "1", ...environment },
    terminal: { cols: 200, rows: 50, data: (_, bytes) => void (text += decoder.decode(bytes, { stream: true })) },
  });
  await until(() => text.includes("docker push"), 20);
  const url = /listening on (\S+)/.exec(text)![1]!;
  await fetch(`${url}/healthz`);
  await fetch(`${url}/v2/team/app/manifests/1.0`, { headers: { "user-agent": "docker/27.3.1 go/go1.22.7" } });
  await until(() => text.includes("team/app"), 20);
  child.kill("SIGTERM");
  await child.exited;
  return text.split("\r\n").filter((line) => line.includes("team/app"));
}

const plain =
  /^\d\d:\d\d:\d\d info {2}GET {4}404 team\/app:1\.0 out \d+ B \d+\.\d ms 127\.0\.0\.1 docker\/27\.3\.1 NAME_UNKNOWN ".+"$/;

test("newcomer 10 a terminal gets one short line in colour", () =>
  withDirectory(async (data) => {
    const lines = await linesOnTerminal(data, {});
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("\x1b[33m404\x1b[0m");
    expect(Bun.stripANSI(lines[0]!)).toMatch(plain);
  }));

test("newcomer 10 NO_COLOR has the same line without colour, and log-format has JSON on a terminal too", () =>
  withDirectory(async (data) => {
    const [line] = await linesOnTerminal(join(data, "1"), { NO_COLOR: "1" });
    expect(line).toMatch(plain);
    const [object] = await linesOnTerminal(join(data, "2"), { LADING_LOG_FORMAT: "json" });
    expect(JSON.parse(object!) as object).toMatchObject({ repository: "team/app", reference: "1.0" });
  }));
