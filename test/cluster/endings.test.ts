/** Workers and supervisors that are killed, and the regular shutdown. */
import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { damageTable } from "../../checks/faults/damage.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { runToEnd, withDirectory } from "../support/process.ts";
import { pushBlob, pushImage, putManifest } from "../support/push.ts";
import { headOf, RawConnection } from "../support/raw.ts";
import { direct, root } from "../support/started.ts";
import { until } from "../support/until.ts";
import { Upload } from "../support/upload.ts";
import { linesOf, pidsOf, startWorkers, withWorkers } from "../support/workers.ts";

setDefaultTimeout(patienceMs);

const name = "team/ending";

/** An exited process may still be in the process list until its parent reads the exit code. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a worker that is killed during pushes is replaced, the others continue, and no acknowledged write is lost", () =>
  withWorkers(2, async (registry) => {
    const [first, second] = registry.workers as [(typeof registry.workers)[0], (typeof registry.workers)[0]];
    const acknowledged: ReturnType<typeof blobOf>[] = [];
    const work = { pushing: true };
    let steady = 0;
    const pusher = async (number: number) => {
      for (let count = 0; work.pushing; count += 1) {
        const blob = blobOf(`${number} ${count}`, 5_000);
        const url = number % 2 === 0 ? first.url : second.url;
        try {
          await pushBlob(url, name, blob);
          acknowledged.push(blob);
          if (url === second.url) steady += 1;
        } catch (error) {
          // Connections to the killed worker break, and those to the other one do not.
          if (url === second.url) throw error;
          await Bun.sleep(5);
        }
      }
    };
    const pushers = Array.from({ length: 8 }, (_, number) => pusher(number));
    for (let kills = 1; kills <= 3; kills += 1) {
      const victim = registry.pidOf(first);
      const before = steady;
      await until(() => steady > before + 10);
      process.kill(victim, "SIGKILL");
      const after = steady;
      await until(() => steady > after + 10);
      await until(() => registry.pidOf(first) !== victim);
    }
    work.pushing = false;
    await Promise.all(pushers);
    expect(acknowledged.length).toBeGreaterThan(60);
    for (const { digest } of acknowledged) {
      const head = await fetch(`${second.url}/v2/${name}/blobs/${digest}`, { method: "HEAD" });
      expect(head.status).toBe(200);
    }
    const ended = registry.lines().filter(({ message }) => message === "worker exited and is replaced");
    expect(ended.map(({ worker, signal }) => [worker, signal])).toEqual(
      Array.from({ length: 3 }, () => [1, "SIGKILL"]),
    );
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    expect(metrics).toContain("\nlading_worker_restarts_total 3\n");
    expect(metrics).toContain("\nlading_workers 2\n");
  }));

test("a session whose writer is killed continues at another worker at the acknowledged offset", () =>
  withWorkers(2, async (registry) => {
    const [here, there] = registry.workers as [(typeof registry.workers)[0], (typeof registry.workers)[0]];
    const blob = blobOf("orphaned", 90_000);
    const upload = await Upload.start(here.url, name);
    expect((await upload.patch(blob.bytes.slice(0, 40_000))).status).toBe(202);
    const writing = await RawConnection.open(Number(new URL(here.url).port));
    await writing.send(headOf({ method: "PATCH", target: upload.location, headers: [["Content-Length", "50000"]] }));
    await writing.send(blob.bytes.slice(40_000, 60_000));
    await until(async () => (await (await fetch(`${there.url}/metrics`)).text()).includes("lading_uploads_active 1\n"));
    // The request waits for the other worker, and gets the session when that is gone.
    const moved = upload.movedTo(there.url);
    const orphan = join(registry.data, "storage", "uploads", crypto.randomUUID());
    writeFileSync(orphan, "of a session that has ended");
    process.kill(registry.pidOf(here), "SIGKILL");
    expect((await moved.status()).headers.get("range")).toBe("0-39999");
    expect((await moved.patch(blob.bytes.slice(40_000), "40000-89999")).status).toBe(202);
    expect((await moved.put(`digest=${blob.digest}`)).status).toBe(201);
    await until(() => !existsSync(orphan));
    const reply = await fetch(`${there.url}/v2/${name}/blobs/${blob.digest}`);
    expect(Buffer.from(await reply.arrayBuffer()).equals(blob.bytes)).toBe(true);
  }));

test("a supervisor that is killed takes its workers along, and the next one has all data", () =>
  withDirectory(async (path) => {
    const data = join(path, "data");
    const killed = await startWorkers(2, data);
    const { manifest } = await pushImage(killed.url, name, "latest");
    const upload = await Upload.start(killed.url, name);
    expect((await upload.patch("kept")).status).toBe(202);
    await until(() => pidsOf(killed, 1).length + pidsOf(killed, 2).length === 2);
    await killed.end("SIGKILL");
    // The start waits for workers that are still exiting.
    const next = await startWorkers(2, data, ["--log", "info"]);
    for (const pid of [...pidsOf(killed, 1), ...pidsOf(killed, 2)]) expect(isAlive(pid)).toBe(false);
    expect((await fetch(`${next.url}/v2/${name}/manifests/${manifest.digest}`)).status).toBe(200);
    expect((await upload.movedTo(next.url).status()).headers.get("range")).toBe("0-3");
    expect((await next.end()).code).toBe(0);
  }));

test("SIGTERM lets requests finish at every worker, and stores their bytes", () =>
  withWorkers(2, async (registry) => {
    const uploads = await Promise.all(
      registry.workers.map(async ({ url }) => {
        const upload = await Upload.start(url, name);
        const connection = await RawConnection.open(Number(new URL(url).port));
        await connection.send(
          headOf({ method: "PATCH", target: upload.location, headers: [["Content-Length", "2000"]] }),
        );
        await connection.send(new Uint8Array(1_000));
        return { upload, connection };
      }),
    );
    const url = registry.workers[0]!.url;
    await until(async () => (await (await fetch(`${url}/metrics`)).text()).includes("lading_uploads_active 2\n"));
    const pids = registry.workers.map((worker) => registry.pidOf(worker));
    // A service manager sends the signal to all processes.
    for (const pid of pids) process.kill(pid, "SIGTERM");
    const ended = registry.process.end("SIGTERM");
    for (const { connection } of uploads) {
      await connection.send(new Uint8Array(1_000));
      expect((await connection.response("PATCH"))?.status).toBe(202);
    }
    expect((await ended).code).toBe(0);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
    expect((await ended).stderr).not.toContain("worker ended");
    const database = new Database(join(registry.data, "metadata.sqlite"), { readonly: true });
    const received = database.query("SELECT received FROM uploads").all();
    database.close();
    expect(received).toEqual([{ received: 2_000 }, { received: 2_000 }]);
  }));

test("a port in use is refused, even if several workers could share it, and so is a data directory in use", () =>
  withDirectory(async (path) => {
    const stranger = Bun.serve({ port: 0, hostname: "127.0.0.1", reusePort: true, fetch: () => new Response("mine") });
    try {
      const flags = ["serve", "--workers", "2", "--listen", `127.0.0.1:${stranger.port}`, "--data", join(path, "one")];
      const refused = await runToEnd(flags);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("is in use; stop the other program")]);
    } finally {
      await stranger.stop(true);
    }
    const data = join(path, "two");
    const running = await startWorkers(2, data);
    for (const workers of ["1", "2"]) {
      const second = await runToEnd(["serve", "--workers", workers, "--listen", "127.0.0.1:0", "--data", data]);
      expect([second.code, second.stderr]).toEqual([1, expect.stringContaining("in use by another process")]);
    }
    expect((await running.end()).code).toBe(0);
  }));

test("H6: a database that cannot be written refuses the writes of every worker until it is repaired", () =>
  withWorkers(2, async (registry) => {
    const urls = registry.workers.map(({ url }) => url);
    await pushImage(urls[0]!, name, "latest");
    const repair = damageTable(join(registry.data, "metadata.sqlite"), "tag_events");
    const manifest = { ...blobOf("x"), bytes: new TextEncoder().encode('{"schemaVersion":2,"manifests":[]}') };
    const type = "application/vnd.oci.image.index.v1+json";
    expect((await putManifest(urls[0]!, name, "broken", manifest, type)).status).toBe(503);
    const expectRefusals = async () => {
      for (const url of urls) {
        expect((await fetch(`${url}/readyz`)).status).toBe(503);
        const refused = await fetch(`${url}/v2/${name}/blobs/uploads/`, { method: "POST" });
        expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, expect.stringMatching(/^\d+$/)]);
        expect((await fetch(`${url}/v2/${name}/manifests/latest`)).status).toBe(200);
      }
    };
    await expectRefusals();
    const victim = registry.pidOf(registry.workers[1]!);
    process.kill(victim, "SIGKILL");
    await until(() => registry.pidOf(registry.workers[1]!) !== victim);
    await expectRefusals();

    repair();
    for (const url of urls) {
      await until(async () => (await fetch(`${url}/readyz`)).status === 200);
      await pushImage(url, name, "later");
    }
    const failures = linesOf(registry.process).filter(({ failure }) => failure === "INTERNAL");
    expect(failures).toEqual([]);
    const messages = linesOf(registry.process).map(({ message }) => message);
    expect(messages.filter((message) => String(message).startsWith("metadata can"))).toEqual(
      expect.arrayContaining(["metadata cannot be written", "metadata can be written again"]),
    );
  }));

test("M20: a worker that starts after the files of the database were removed does not serve another database", () =>
  withWorkers(2, async (registry) => {
    const [first, second] = registry.workers as [(typeof registry.workers)[0], (typeof registry.workers)[0]];
    await pushImage(first.url, name, "latest");
    const database = join(registry.data, "metadata.sqlite");
    for (const suffix of ["-wal", "-shm"]) rmSync(database + suffix);
    await until(async () => (await fetch(`${first.url}/readyz`)).status === 503);
    process.kill(registry.pidOf(second), "SIGKILL");
    await until(() => linesOf(registry.process).some(({ message }) => message === "worker could not start"));
    for (let count = 0; count < 20; count += 1) {
      expect((await fetch(`${registry.url}/v2/${name}/manifests/latest`)).status).toBe(200);
      expect((await fetch(`${registry.url}/v2/${name}/blobs/uploads/`, { method: "POST" })).status).toBe(503);
    }
    const refusal = linesOf(registry.process).find(({ message }) => message === "worker could not start");
    expect(refusal?.["error"]).toContain("metadata.sqlite");
    expect(existsSync(`${database}-wal`)).toBe(false);

    await registry.process.end();
    const again = await startWorkers(2, registry.data);
    try {
      expect((await fetch(`${again.url}/v2/${name}/manifests/latest`)).status).toBe(200);
    } finally {
      await again.end();
    }
  }));

test("M15: while the supervisor is stopped, reads continue, and readiness and metrics are 503", () =>
  withWorkers(2, async ({ process: registry, url }) => {
    const pushed = await pushImage(url, name, "latest");
    registry.signal("SIGSTOP");
    try {
      for (let count = 0; count < 5; count += 1) {
        for (const method of ["GET", "HEAD"]) {
          expect((await fetch(`${url}/v2/${name}/manifests/latest`, { method })).status).toBe(200);
          expect((await fetch(`${url}/v2/${name}/manifests/${pushed.manifest.digest}`, { method })).status).toBe(200);
        }
      }
      const [ready, metrics] = await Promise.all([fetch(`${url}/readyz`), fetch(`${url}/metrics`)]);
      for (const { status, headers } of [ready, metrics]) {
        expect([status, headers.get("retry-after")]).toEqual([503, expect.stringMatching(/^\d+$/)]);
      }
    } finally {
      registry.signal("SIGCONT");
    }
    await until(async () => (await fetch(`${url}/readyz`)).status === 200);
    await pushImage(url, name, "later");
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  }));

test("M16 a worker that is killed before it listens does not prevent the start of the others", () =>
  withDirectory(async (data) => {
    const flags = ["--listen", "127.0.0.1:0", "--data", data, "--workers", "2"];
    const child = Bun.spawn([...direct, ...flags], { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "ignore" });
    try {
      const children = `/proc/${child.pid}/task/${child.pid}/children`;
      let first: string | undefined;
      await until(() => Boolean(([first] = readFileSync(children, "utf8").split(" "))[0]));
      process.kill(Number(first), "SIGKILL");
      const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      // One read may return only the beginning of the line.
      let greeting = "";
      while (!greeting.includes("\n")) greeting += (await output.read()).value ?? "\n";
      const url = /listening on (\S+)/.exec(greeting)?.[1];
      await until(() => readFileSync(children, "utf8").trim().split(" ").length === 2);
      expect((await fetch(`${url}/v2/`)).status).toBe(200);
      child.kill("SIGTERM");
      expect(await child.exited).toBe(0);
    } finally {
      child.kill("SIGKILL");
    }
  }));
