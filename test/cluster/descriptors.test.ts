/** Workers without free file descriptors. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { withDirectory } from "../support/process.ts";
import { pushBlob } from "../support/push.ts";
import { RawConnection } from "../support/raw.ts";
import { until } from "../support/until.ts";
import { linesOf, startWorkers } from "../support/workers.ts";

setDefaultTimeout(patienceMs);

const able = Bun.which("prlimit") !== null;
const title = "a blob whose file cannot be opened is 503, in the log and the metrics too";

test.skipIf(!able)(able ? `M21: ${title}` : `M21: ${title} (skipped: there is no prlimit)`, () =>
  withDirectory(async (folder) => {
    const registry = await startWorkers(1, join(folder, "data"));
    const url = new URL(registry.url);
    const blob = blobOf("large", 200_000);
    await pushBlob(registry.url, "team/many", blob);
    const pid = registry.pid;
    const path = `/v2/team/many/blobs/${blob.digest}`;
    const connection = await RawConnection.open(Number(url.port));
    const get = async (id: string) => {
      await connection.send(`GET ${path} HTTP/1.1\r\nHost: x\r\nUser-Agent: ${id}\r\n\r\n`);
      return connection.response("GET");
    };
    expect((await get("before"))?.status).toBe(200);
    expect(limitDescriptors(pid, 8)).toBe(true);
    const refused = await get("during");
    expect(limitDescriptors(pid, 10_000)).toBe(true);
    expect([refused?.status, refused?.headers.get("retry-after")]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect((await get("after"))?.status).toBe(200);
    connection.cut();

    const line = () => linesOf(registry).find((one) => one["user_agent.original"] === "during");
    await until(() => line() !== undefined);
    expect(line()).toMatchObject({
      "http.response.status_code": 503,
      "error.type": "UNAVAILABLE",
      error: expect.stringContaining("EMFILE"),
    });
    expect(line()).not.toHaveProperty("outcome");
    const metrics = await (await fetch(`${registry.url}/metrics`)).text();
    expect(metrics).toContain('lading_request_duration_seconds_count{operation="blob-get",status="503"} 1\n');
    expect(metrics).toContain('lading_request_duration_seconds_count{operation="blob-get",status="200"} 2\n');
    await registry.end();
  }),
);

const idleTitle = "idle connections do not keep new clients out";

test.skipIf(!able)(able ? `M21: ${idleTitle}` : `M21: ${idleTitle} (skipped: there is no prlimit)`, () =>
  withDirectory(async (folder) => {
    const registry = await startWorkers(1, join(folder, "data"));
    const port = Number(new URL(registry.url).port);
    expect(limitDescriptors(registry.pid, 200)).toBe(true);
    // The other connections wait until one is closed.
    const idle = await Promise.all(Array.from({ length: 400 }, () => RawConnection.open(port)));
    await Promise.all(idle.map((connection) => connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")));
    const answered = await Promise.all(idle.map((connection) => connection.response("GET")));
    expect(answered.filter((response) => response?.status === 200).length).toBeGreaterThan(100);
    expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);
    await pushBlob(registry.url, "team/many", blobOf("late", 100_000));
    expect(registry.log()).toContain("few file descriptors are left; idle connections are closed");
    for (const connection of idle) connection.cut();
    await registry.end();
  }),
);

function limitDescriptors(pid: number, soft: number): boolean {
  return Bun.spawnSync(["prlimit", "-p", String(pid), `--nofile=${soft}:`]).success;
}
