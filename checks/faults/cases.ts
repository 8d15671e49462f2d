import { Database } from "bun:sqlite";
import { mkdtempSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, injectionsMissing, type Injection } from "./injection.ts";
import { lading } from "../../test/support/command.ts";
import { until } from "../../test/support/until.ts";
import { hold, withRunning, type Running } from "./running.ts";
import { canMountSmallDisk, mountSmallDisk, type SmallDisk } from "./small-disk.ts";

export interface Case {
  readonly name: string;
  /** Why the case cannot run here. */
  readonly skipped?: string | undefined;
  /** Whether the case is skipped with --short. */
  readonly long?: boolean;
  /** Resolves to figures; throws `Broken`. */
  readonly run: () => Promise<string>;
}

const MiB = 1024 * 1024;

type Target = "the only process" | "the supervisor" | "a worker";

function pidOf(running: Running, target: Target): number {
  return target === "a worker" ? running.workerPid(1) : running.writerPid;
}

/**
 * Errors of the kernel, one after the other, against one registry, because a start for each would take most of the
 * time.
 */
function injected(target: Target, injections: readonly Injection[]): () => Promise<string> {
  return () =>
    withRunning(target === "the only process" ? 1 : 2, async (running) => {
      const { ledger } = running;
      const first = [...ledger.acknowledged];
      let hits = 0;
      let slowest = 0;
      for (const injection of injections) {
        const label = `${injection.call} ${injection.error} ${injection.when}`;
        const injecting = await inject(pidOf(running, target), injection);
        const lasting = injection.when.endsWith("+");
        const samples = await sampled(running, lasting ? 4 : 3);
        const hit = await injecting.end();
        hits += hit;
        const resumedAfter = await running.resumed().catch((error: Error) => {
          throw new Error(`${label}: ${error.message}; ${running.log().split("\n").slice(-4).join(" ")}`, {
            cause: error,
          });
        });
        slowest = Math.max(slowest, resumedAfter);
        const untrue =
          lasting &&
          hit > 0 &&
          target !== "a worker" &&
          samples.every(({ ready, pushed }) => ready === 200 && pushed !== 201);
        hold(!untrue, `${label}: ready, and no push succeeded`);
        const missing = await ledger.missing(first);
        hold(missing.length === 0, `${label}: ${missing.join("; ")}`);
        hold(ledger.unexplained.length === 0, `${label}: ${ledger.unexplained.join("; ")}`);
      }
      await running.requireAll();
      await running.restart();
      await running.requireAll();
      hold(hits > 0, "no error was injected");
      return `${injections.length} injections, ${hits} calls failed, ${ledger.acknowledged.length} acknowledged, 0 lost, writing resumed after ${slowest} ms at most`;
    });
}

interface Sample {
  readonly ready: number;
  readonly pushed: number;
}

async function sampled({ ledger }: Running, count: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let at = 0; at < count; at += 1) {
    const ready = await ledger.status("/readyz");
    const [pushed] = await Promise.all([ledger.push(), ledger.push()]);
    samples.push({ ready, pushed });
  }
  return samples;
}

function injectionsOf(short: boolean): Injection[] {
  const calls = ["pwrite64", "fsync", "fdatasync", "pread64", "ftruncate"] as const;
  const errors = short ? (["EIO", "EDQUOT"] as const) : (["EIO", "ENOSPC", "EDQUOT"] as const);
  const whens = short ? ["2", "1+"] : ["1", "2", "3", "5", "1+", "3+"];
  const all = calls.flatMap((call) => errors.flatMap((error) => whens.map((when) => ({ call, error, when }))));
  const opening = (["EMFILE", "EIO"] as const).flatMap((error) =>
    whens.map((when) => ({ call: "openat" as const, error, when })),
  );
  return [...all, ...opening];
}

/** Makes the pins old enough that a HEAD has to write. */
async function forgetPins(running: Running): Promise<void> {
  await running.end("SIGTERM");
  const database = new Database(join(running.data, "metadata.sqlite"), { readwrite: true });
  database.run("UPDATE repository_blobs SET pinned_until = 1");
  database.run("UPDATE manifests SET pinned_until = 1");
  database.close();
  await running.restart("SIGTERM");
}

/** Checks that, while nothing can be written, reads work and are fast, and writes are refused with a reason. */
async function requireReadsOnly(running: Running): Promise<string> {
  const { ledger } = running;
  const began = performance.now();
  await running.requireAll();
  const reads = (performance.now() - began) / (2 * ledger.acknowledged.length);
  hold(reads < 1_000, `a read takes ${Math.round(reads)} ms`);
  const probed = performance.now();
  hold((await ledger.status("/readyz")) === 503, "ready, although nothing can be written");
  hold(performance.now() - probed < 4_000, "readiness is not told in time");
  return `a read takes ${reads.toFixed(1)} ms`;
}

function fill(disk: SmallDisk, room: number): string {
  const filler = join(disk.path, "filler");
  const { bavail, bsize } = statfsSync(disk.path);
  writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - Math.ceil(room / bsize) * bsize)));
  return filler;
}

async function onSmallDisk(
  bytes: number,
  workers: number,
  work: (running: Running, disk: SmallDisk) => Promise<string>,
): Promise<string> {
  const disk = mountSmallDisk(bytes)!;
  try {
    return await withRunning(workers, (running) => work(running, disk), join(disk.path, "registry"));
  } finally {
    disk.unmount();
  }
}

function fullDisk(workers: number): () => Promise<string> {
  return () =>
    onSmallDisk(32 * MiB, workers, async (running, disk) => {
      await forgetPins(running);
      const filler = fill(disk, 0);
      const figures = await requireReadsOnly(running);
      hold((await running.ledger.push()) === 503, "a push on a full disk is not refused");
      rmSync(filler);
      const after = await running.resumed();
      await running.restart();
      await running.requireAll();
      running.requireExplained();
      return `${figures}, writing resumed after ${after} ms`;
    });
}

/** The index of the log cannot grow (H6). */
function heldLog(): Promise<string> {
  return onSmallDisk(64 * MiB, 1, async (running, disk) => {
    const path = join(running.data, "metadata.sqlite");
    // Only the log may use the remaining space.
    const inDatabase = [500, 600];
    const reader = new Database(path, { readonly: true });
    reader.run("BEGIN");
    reader.query("SELECT count(*) FROM repositories").get();
    const frame = 4096 + 24;
    while (statSync(`${path}-wal`).size < 4_000 * frame)
      hold((await running.ledger.push(inDatabase)) === 201, "a push failed");
    const filler = fill(disk, 4_062 * frame - statSync(`${path}-wal`).size + 7 * 4096);
    for (let count = 0; count < 60 && !running.log().includes("metadata cannot be written"); count += 1)
      await running.ledger.push(inDatabase);
    const failed = running.log().includes("metadata cannot be written");
    await running.requireAll();
    rmSync(filler);
    const after = await running.resumed();
    reader.close();
    await running.restart();
    await running.requireAll();
    running.requireExplained();
    return `${failed ? "the database failed" : "the disk was full before the index had to grow"}, writing resumed after ${after} ms`;
  });
}

function stopped(forMs: number): () => Promise<string> {
  return () =>
    withRunning(2, async (running) => {
      await forgetPins(running);
      process.kill(running.writerPid, "SIGSTOP");
      try {
        const figures = await requireReadsOnly(running);
        const asked = performance.now();
        hold((await running.ledger.status("/metrics")) === 503, "metrics of a supervisor that is stopped");
        hold(performance.now() - asked < 4_000, "/metrics is not answered in time");
        const pushing = running.ledger.push();
        await Promise.race([pushing, Bun.sleep(forMs)]);
        const waited = Math.round(performance.now() - asked);
        process.kill(running.writerPid, "SIGCONT");
        const status = await pushing;
        if (forMs > 30_000) hold(status === 503, `a push was answered ${status} after ${waited} ms`);
        const after = await running.resumed();
        await running.restart();
        await running.requireAll();
        running.requireExplained();
        return `${figures}, a push was answered ${status} after ${waited} ms, writing resumed after ${after} ms`;
      } finally {
        process.kill(running.writerPid, "SIGCONT");
      }
    });
}

const database = ["metadata.sqlite", "metadata.sqlite-wal", "metadata.sqlite-shm"];

/** No write is acknowledged from then on. Acknowledged content stays readable as long as its files exist. */
function takenAway(workers: number, names: readonly string[], replaced: boolean): () => Promise<string> {
  return () =>
    withRunning(workers, async (running) => {
      const { ledger } = running;
      const before = ledger.acknowledged.length;
      for (const name of names) {
        const path = join(running.data, name);
        if (replaced) {
          writeFileSync(`${path}.other`, "of another database");
          renameSync(`${path}.other`, path);
        } else {
          rmSync(path, { recursive: true });
        }
      }
      for (let count = 0; count < 5; count += 1) {
        const status = await ledger.push();
        hold(status === 503, `a push was answered ${status} after ${names.join(", ")} went`);
      }
      hold(ledger.acknowledged.length === before, "a write was acknowledged after the files went");
      hold((await ledger.status("/readyz")) === 503, "ready, although the database is gone");
      await until(() => running.log().includes("metadata cannot be written"));
      // Blobs in files are gone with the files; content in the database must still be readable.
      if (!names.includes(".")) await running.requireAll();
      if (!replaced && !names.includes(database[0]!) && !names.includes(".")) {
        await running.restart();
        await running.requireAll();
        await running.resumed();
      }
      running.requireExplained();
      return `${before} acknowledged before, none after`;
    });
}

/** Connections take all descriptors. */
function usedUp(): Promise<string> {
  return withRunning(1, async (running) => {
    const limit = (soft: number) =>
      hold(Bun.spawnSync(["prlimit", "-p", String(running.writerPid), `--nofile=${soft}:`]).success, "prlimit failed");
    limit(8);
    // An existing connection whose request needs a descriptor.
    const statuses = [];
    for (const { path } of running.ledger.acknowledged) statuses.push(await running.ledger.status(path));
    limit(10_000);
    hold(statuses.includes(503), `no read was refused without descriptors: ${statuses.join(" ")}`);
    const after = await running.resumed();
    await running.requireAll();
    running.requireExplained();
    return `${statuses.filter((status) => status === 503).length} of ${statuses.length} reads refused, writing resumed after ${after} ms`;
  });
}

/** A filesystem without a lock service. */
async function withoutLocks(): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), "lading-faults-"));
  try {
    const serve = [...lading, "serve", "--listen", "127.0.0.1:0", "--data", data, "--workers", "1"];
    const withErrors = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=fcntl:error=ENOLCK"];
    // The output goes to a file, because a pipe needs fcntl.
    const said = Bun.file(join(data, "stderr"));
    const child = Bun.spawn([...withErrors, ...serve], { stdout: "ignore", stderr: said, timeout: 20_000 });
    const code = await child.exited;
    const text = await said.text();
    hold(code === 1 && text.includes("does not support locks (ENOLCK)"), `exit code ${code}: ${text.trim()}`);
    return "refused, with its cause";
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

export function casesOf(short: boolean): Case[] {
  const noTrace = injectionsMissing();
  const noDisk = canMountSmallDisk() ? undefined : "only root can mount a small disk";
  const noLimits = Bun.which("prlimit") === null ? "there is no prlimit" : undefined;
  const chosen = injectionsOf(short);
  const targets = ["the only process", "the supervisor", "a worker"] as const;
  const kernel: Case[] = targets.map((target) => ({
    name: `errors of the kernel in ${target}`,
    skipped: noTrace,
    run: injected(
      target,
      target === "the only process" || !short ? chosen : chosen.filter(({ error }) => error !== "EDQUOT"),
    ),
  }));
  const disks: Case[] = [1, 2].map((workers) => ({
    name: `a full disk, workers ${workers}`,
    skipped: noDisk,
    run: fullDisk(workers),
  }));
  const files: Case[] = [
    ["the log", database.slice(1), false],
    ["the database", database.slice(0, 1), false],
    ["all of the data", ["."], false],
    ["the database", database.slice(0, 1), true],
  ].map(([what, names, replaced]) => ({
    name: `${String(what)} is ${replaced === true ? "replaced" : "removed"}`,
    run: takenAway(2, names as string[], replaced === true),
  }));
  const all: Case[] = [
    ...kernel,
    ...disks,
    { name: "a full disk while a reader blocks the log", skipped: noDisk, run: heldLog },
    { name: "a supervisor that is stopped for a moment", run: stopped(3_000) },
    { name: "a supervisor that is stopped for 35 s", long: true, run: stopped(35_000) },
    ...files,
    { name: "no descriptors left", skipped: noLimits, run: usedUp },
    { name: "a filesystem without locks", skipped: noTrace, run: withoutLocks },
  ];
  return all.filter(({ long = false }) => !long || !short);
}
