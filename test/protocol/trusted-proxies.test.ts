/** A registry behind a proxy that forwards the addresses of its clients. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { loadSettings } from "../../src/config/load.ts";
import { patienceMs } from "../support/patience.ts";
import { startProcess, withDirectory } from "../support/process.ts";
import { startRegistry } from "../support/registry.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

const headers = { "x-forwarded-for": "198.51.100.7, 192.0.2.1" };

test("reports newcomer 10 the log has the client's address if the proxy is trusted, and the proxy's address otherwise", async () => {
  for (const [flags, address] of [
    [[], "127.0.0.1"],
    [["--trusted-proxies", "127.0.0.1"], "192.0.2.1"],
    [["--trusted-proxies", "::ffff:127.0.0.0/104,192.0.2.0/24"], "198.51.100.7"],
    [["--trusted-proxies", "10.0.0.0/8"], "127.0.0.1"],
  ] as const) {
    const registry = await startRegistry({ settings: loadSettings(flags, {}) });
    await fetch(`${registry.url}/v2/`, { headers });
    expect([flags, registry.recorder.events.at(-1)?.remote]).toEqual([flags, address]);
    await registry.dispose();
  }
});

test("reports newcomer 10 each worker has the list of trusted proxies", async () => {
  await withDirectory(async (directory) => {
    const flags = ["--listen", "127.0.0.1:0", "--data", directory, "--trusted-proxies", "127.0.0.1"];
    const running = await startProcess(flags, { LADING_WORKERS: "2" });
    for (let index = 0; index < 20; index += 1) {
      await (await fetch(`${running.url}/v2/`, { headers: { ...headers, connection: "close" } })).text();
    }
    await until(async () => running.log().split('"url.path":"/v2/"').length === 21);
    const { stderr } = await running.end();
    const lines = stderr.split("\n").filter((line) => line.includes('"url.path":"/v2/"'));
    expect(new Set(lines.map((line) => (JSON.parse(line) as Record<string, string>)["client.address"]))).toEqual(
      new Set(["192.0.2.1"]),
    );
  });
});
