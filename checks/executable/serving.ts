import { chownSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { threadFiles } from "../../tools/build/thread-files.ts";
import { makeCertificate, writePair } from "../../test/support/certificate.ts";
import { startProcess, type Launch, type RunningProcess } from "../../test/support/process.ts";
import { pushImage } from "../../test/support/push.ts";
import { RawConnection } from "../../test/support/raw.ts";
import { pushOldImage } from "../../test/support/schema1-images.ts";
import { until } from "../../test/support/until.ts";
import { Skip, type Report } from "../streaming/report.ts";
import { runCommand } from "./commands.ts";
import type { Sandbox } from "./sandbox.ts";
import { threadUses } from "./threads.ts";

const anyPort = ["--listen", "127.0.0.1:0"];

/** Tests `lading serve`, and the commands that need a registry. */
export async function testServing(report: Report, place: Sandbox): Promise<void> {
  const nothing = { command: place.unprivileged, cwd: "/" };
  for (const workers of [1, 2]) {
    await report.test(`${processes(workers)}: every thread answers`, () => useThreads(place, nothing, workers));
    await report.test(`${processes(workers)}: convert, bench and keys`, () => useCommands(place, nothing, workers));
    await report.test(`${processes(workers)}: SIGHUP renews the certificate`, () => renew(place, nothing, workers));
  }
  await report.test("a read-only root file system", () => serveReadOnly(place));
}

function processes(workers: number): string {
  return workers === 1 ? "one process" : `${workers} workers`;
}

async function useThreads(place: Sandbox, launch: Launch, workers: number): Promise<string> {
  const uses = Object.values(threadUses);
  const unused = threadFiles().filter((file) => threadUses[file] === undefined);
  if (unused.length > 0) throw new Error(`checks/executable/threads.ts has no use of ${unused.join(", ")}`);
  const flags = ["--data", place.folder(), "--workers", String(workers)];
  await withServing([...flags, "--schema1-conversion", "on"], launch, async ({ url }) => {
    for (const { withoutLegacy, use } of uses) if (!withoutLegacy) await use(url);
  });
  await withServing([...flags, "--legacy", "off"], launch, async ({ url }) => {
    for (const { withoutLegacy, use } of uses) if (withoutLegacy) await use(url);
  });
  return `${uses.length} threads`;
}

async function useCommands(place: Sandbox, launch: Launch, workers: number): Promise<string> {
  const data = place.folder();
  let converted = "";
  await withServing(["--data", data, "--workers", String(workers)], launch, async ({ url }) => {
    await pushOldImage(url, "old/image", "1.0");
    const image = `${new URL(url).host}/old/image:1.0`;
    converted = await runCommand(place, ["convert", image, "--plain-http"]);
    const load = ["--work", "push-images,manifest-get", "--count", "20", "--concurrency", "2"];
    await runCommand(place, ["bench", url, ...load, "--json", join(data, "results.json")]);
    const key = await runCommand(place, ["keys", "--data", data]);
    if (!key.includes("signing-key.json")) throw new Error(`keys printed ${key}`);
  });
  if (!converted.includes("old/image:1.0-oci is the OCI image")) throw new Error(`convert printed ${converted}`);
  return "an image is converted, 40 operations are measured, and the key is printed";
}

async function renew(place: Sandbox, launch: Launch, workers: number): Promise<string> {
  const authority = makeCertificate({ subject: "authority" });
  const folder = place.folder();
  const write = (subject: string) => {
    const { cert, key } = writePair(folder, makeCertificate({ subject, issuer: authority }));
    if (place.isRoot) for (const file of [cert, key]) chownSync(file, 65_534, 65_534);
    return ["--tls-cert", cert, "--tls-key", key];
  };
  const flags = [...write("first"), "--data", join(folder, "data"), "--workers", String(workers)];
  await withServing(flags, launch, async (running) => {
    const subject = async () => {
      const connection = await RawConnection.openTls(Number(new URL(running.url).port), { ca: authority.cert });
      const { certificate } = connection;
      connection.cut();
      return certificate;
    };
    if ((await subject()) !== "first") throw new Error("the registry does not use its certificate");
    write("second");
    running.signal("SIGHUP");
    await until(async () => (await subject()) === "second");
  });
  return "new connections get the new certificate";
}

async function serveReadOnly(place: Sandbox): Promise<string> {
  if (Bun.which("unshare") === null) throw new Skip("there is no unshare");
  const data = mkdtempSync(join(tmpdir(), "lading-read-only-"));
  const command = place.readOnly(data);
  const allowed = Bun.spawnSync([...command, "version"], { stderr: "pipe" });
  if (!allowed.success) throw new Skip(`no namespace with a read-only root: ${allowed.stderr.toString().trim()}`);
  for (const workers of [1, 2]) {
    const flags = ["--data", join(data, "registry"), "--workers", String(workers)];
    await withServing(flags, { command, cwd: "/" }, async ({ url }) => void (await pushImage(url, "read/only", "1")));
  }
  // The namespace had a file system in memory there.
  if (readdirSync(data).length > 0) throw new Error(`${data} has files`);
  return "one process and 2 workers store an image";
}

/** Runs the work with a registry, stops it with SIGTERM, and requires that it exits with 0 without an error in its log. */
async function withServing(flags: readonly string[], launch: Launch, work: (running: RunningProcess) => Promise<void>) {
  const running = await startProcess([...anyPort, "--log", "warn", ...flags], {}, launch);
  try {
    await work(running);
  } catch (error) {
    await running.end("SIGKILL");
    throw error;
  }
  const { code, stderr } = await running.end("SIGTERM");
  const errors = stderr.split("\n").filter((line) => !line.includes('"level":"warn"') && line !== "");
  if (code !== 0 || errors.length > 0) throw new Error(`exit code ${code} after SIGTERM: ${errors.join("; ")}`);
}
