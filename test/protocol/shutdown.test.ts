/**
 * The registry as a process: the permissions of its files, a log without a reader, and the state that it saves when it
 * ends.
 */
import { asAnonymous } from "../../src/http/authenticate.ts";
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, closeSync, constants, mkdirSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { rows, table } from "../../src/api/table.ts";
import { openPolicy } from "../../src/auth/grant.ts";
import { ManualClock } from "../../src/base/clock.ts";
import { configLimits } from "../../src/config/limits.ts";
import { Bodies } from "../../src/http/bodies.ts";
import { budgetsOf } from "../../src/http/budgets.ts";
import { BrowserGuard } from "../../src/http/browser-guard.ts";
import { handlersOf } from "../../src/http/handlers.ts";
import { Metrics } from "../../src/http/observe/metrics.ts";
import { Replies } from "../../src/http/replies.ts";
import { Router } from "../../src/http/router.ts";
import { listen } from "../../src/http/server.ts";
import { openSqliteStore } from "../../src/metadata/sqlite/store.ts";
import { Registry } from "../../src/registry/registry.ts";
import { FilesystemDriver } from "../../src/storage/filesystem/driver.ts";
import type { StorageDriver } from "../../src/storage/driver.ts";
import { detour } from "../support/detour.ts";
import { blobOf } from "../support/content.ts";
import { Faults } from "../support/faults.ts";
import { lading } from "../support/command.ts";
import { patienceMs } from "../support/patience.ts";
import { withDirectory } from "../support/process.ts";
import { pushImage } from "../support/push.ts";
import { headOf, RawConnection } from "../support/raw.ts";
import { startRegistry } from "../support/registry.ts";
import { uploadFileOf } from "../support/stored-files.ts";
import { until } from "../support/until.ts";
import { Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/ending";

interface OwnRegistry {
  readonly url: string;
  /** Sends SIGTERM, and resolves to the exit code. */
  end(): Promise<number>;
}

/** Starts a registry from a shell with umask 0, for as long as the work runs. */
async function withProcess(data: string, log: "ignore" | number, work: (registry: OwnRegistry) => Promise<void>) {
  const flags = ["--listen", "127.0.0.1:0", "--data", data, "--log", "info"];
  const command = ["sh", "-c", 'umask 0; exec "$@"', "sh", ...lading, "serve", ...flags];
  // A process that hangs is killed before its test fails.
  const limit = { timeout: patienceMs / 2, killSignal: "SIGKILL" } as const;
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: log, ...limit });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let greeting = "";
    while (!greeting.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the registry ended before it was ready");
      greeting += value;
    }
    await work({
      url: /http:\S+/.exec(greeting)![0],
      end() {
        child.kill("SIGTERM");
        return child.exited;
      },
    });
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
}

test("other users can read nothing in the data directory, even if the umask and the directory allow it", () =>
  withDirectory(async (path) => {
    const data = join(path, "data");
    mkdirSync(data);
    chmodSync(data, 0o755);
    await withProcess(data, "ignore", async (registry) => {
      await pushImage(registry.url, name, "latest");
      const upload = await Upload.start(registry.url, name);
      expect((await upload.patch("unfinished")).status).toBe(202);
      const [files, directories] = modesIn(data);
      // At least two databases, one of them with its log, two blobs, and one unfinished upload.
      expect(files.length).toBeGreaterThanOrEqual(6);
      expect(files.filter((mode) => !mode.startsWith("600 "))).toEqual([]);
      expect(directories.filter((mode) => !mode.startsWith("700 "))).toEqual([]);
      expect(await registry.end()).toBe(0);
    });
  }));

/** The permissions and paths of the files and the directories below. */
function modesIn(directory: string): [files: string[], directories: string[]] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const modeOf = ({ parentPath, name: entry }: (typeof entries)[number]) => {
    const path = join(parentPath, entry);
    return `${(statSync(path).mode & 0o777).toString(8)} ${path}`;
  };
  const [files, others] = [entries.filter((entry) => entry.isFile()), entries.filter((entry) => !entry.isFile())];
  return [files.map(modeOf), others.map(modeOf)];
}

test("a log without a reader delays neither a request nor the shutdown", () =>
  withDirectory(async (path) => {
    const pipe = join(path, "pipe");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    // The test opens both ends, so that no process waits for the other, and reads neither.
    const log = openSync(pipe, constants.O_RDWR);
    await withProcess(join(path, "data"), log, async (registry) => {
      // Each request makes a line that is longer than this.
      const headers = { "user-agent": "x".repeat(500) };
      for (let asked = 0; asked < 20; asked += 1) {
        const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${registry.url}/v2/`, { headers })));
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
        await Promise.all(answers.map((answer) => answer.arrayBuffer()));
      }
      expect(await registry.end()).toBe(0);
      // The pipe was full before the last line.
      expect(unreadBytes(pipe)).toBeLessThan(400 * 500);
    });
    closeSync(log);
  }));

/** The number of unread bytes in a pipe. */
function unreadBytes(pipe: string): number {
  const end = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readSync(end, new Uint8Array(1024 * 1024));
  } finally {
    closeSync(end);
  }
}

const content = blobOf("half of it arrived", 100_000);
const half = 50_000;

/** Starts a PATCH that has sent half of its body, and returns when that half is in the file of the session. */
async function halfSent(port: number, data: string, { location }: Upload): Promise<RawConnection> {
  const connection = await RawConnection.open(port);
  const headers = [["Content-Length", String(content.bytes.length)]] as const;
  await connection.send(headOf({ method: "PATCH", target: location, headers }));
  await connection.send(content.bytes.slice(0, half));
  const file = uploadFileOf(data, location);
  await until(() => statSync(file, { throwIfNoEntry: false })?.size === half);
  return connection;
}

test("I5 if the server closes the connection of a slow PATCH, the next process has the bytes that arrived", () =>
  withDirectory(async (data) => {
    const clock = new ManualClock();
    const driver = await FilesystemDriver.open(join(data, "storage"));
    const opened = async () => {
      const store = await openSqliteStore(join(data, "metadata.sqlite"));
      const registry = new Registry({ store, driver, clock });
      const choices = { anonymousMount: false, chunkMinimum: 0, chunkMaximum: 0, schema1Conversion: false };
      const router = new Router(table);
      const bodies = new Bodies(budgetsOf(1), configLimits.uploadSilenceSeconds * 1000);
      const replies = new Replies(budgetsOf(1), join(data, "replies"));
      const handlers = handlersOf(registry, new Metrics([]), choices, { rows });
      const guard = new BrowserGuard({ hostname: "127.0.0.1", tls: false, allowedHosts: [] });
      const pipeline = {
        router,
        handlers,
        authenticate: asAnonymous,
        policy: openPolicy,
        namespaces: new Map(),
        guard,
        bodies,
        replies,
      };
      const server = listen({ hostname: "127.0.0.1", port: 0 }, { pipeline, observers: [] });
      return { store, registry, server, port: server.port, url: `http://127.0.0.1:${server.port}` };
    };
    const first = await opened();
    const upload = await Upload.start(first.url, name);
    const connection = await halfSent(first.port, data, upload);
    // As at the end of the time for requests in flight.
    await first.server.stop(true);
    await first.registry.uploads.settled();
    await first.store.close();
    connection.cut();

    const second = await opened();
    const after = upload.movedTo(second.url);
    expect((await after.status()).headers.get("range")).toBe(`0-${half - 1}`);
    expect((await after.put(`digest=${content.digest}`, content.bytes.slice(half))).status).toBe(201);
    const stored = await fetch(`${second.url}/v2/${name}/blobs/${content.digest}`);
    expect(await stored.bytes()).toEqual(content.bytes);
    await second.server.stop(true);
    await second.store.close();
  }));

/** A disk whose next sync of an upload waits for a gate. It records the order of the steps. */
class SlowSync extends Faults {
  readonly gate = Promise.withResolvers<void>();
  readonly reached = Promise.withResolvers<void>();
  readonly steps: string[] = [];

  override readonly driver = (real: StorageDriver): StorageDriver => {
    const slow = detour(real);
    slow.once("openUpload", async (id, offset) => {
      const open = await real.openUpload(id, offset);
      const writer = detour(open);
      writer.once("sync", async () => {
        this.reached.resolve();
        await this.gate.promise;
        await open.sync();
        this.steps.push("kept");
      });
      return writer.object;
    });
    return slow.object;
  };
}

test("I5 stop waits for the sync of uploads after the last connection is closed", async () => {
  const disk = new SlowSync();
  const registry = await startRegistry({ inlineBlobBytes: 0, faults: disk });
  const upload = await Upload.start(registry.url, name);
  const connection = await halfSent(registry.port, registry.data, upload);
  const restarting = registry.restart().then((restarted) => {
    disk.steps.push("restarted");
    return restarted;
  });
  await until(async () => (await fetch(registry.url).catch(() => undefined)) === undefined);
  connection.cut();
  await disk.reached.promise;
  disk.gate.resolve();
  const restarted = await restarting;
  expect(disk.steps).toEqual(["kept", "restarted"]);
  expect((await upload.movedTo(restarted.url).status()).headers.get("range")).toBe(`0-${half - 1}`);
  await restarted.dispose();
});
