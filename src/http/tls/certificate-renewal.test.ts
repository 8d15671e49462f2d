import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, renameSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate, writePair, type MadeCertificate } from "../../../test/support/certificate.ts";
import { until } from "../../../test/support/until.ts";
import { readCertificate, type Certificate, type CertificateFiles } from "../../base/certificate.ts";
import { ManualClock } from "../../base/clock.ts";
import { Log } from "../../base/log.ts";
import { CertificateRenewal } from "./certificate-renewal.ts";

const first = makeCertificate({ subject: "first", validTo: new Date("2027-01-01T00:00:00Z") });
const second = makeCertificate({ subject: "second", validFrom: new Date("2026-06-01T00:00:00Z") });
const broken = { cert: second.cert, key: first.key };

let directory: string;
let files: CertificateFiles;
let replaced: string[];
let told: string[];
let log: Log;
let listening: boolean;
let clock: ManualClock;
const listener = {
  async replace({ subject }: Certificate) {
    if (!listening) throw new Error("too many open files");
    replaced.push(subject);
  },
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lading-renewal-"));
  const written: string[] = [];
  log = new Log(async (text) => void written.push(...text.trimEnd().split("\n")));
  [replaced, told, listening, clock] = [[], written, true, new ManualClock()];
});
afterEach(() => rmSync(directory, { recursive: true }));

async function renewalOf(pair: MadeCertificate): Promise<CertificateRenewal> {
  files = writePair(directory, pair);
  return new CertificateRenewal(files, await readCertificate(files), { listener, clock, log });
}

/** The messages of the log with their fields. */
async function lines(): Promise<string[]> {
  await log.flush();
  return told.map((line) => {
    const { message, subject, error } = JSON.parse(line) as Record<string, string>;
    return [message, subject ?? error].filter((part) => part !== undefined).join(": ");
  });
}

const inUse = "certificate in use: CN=first";
const refused = "certificate refused; the previous one stays in use";

describe("a reload", () => {
  test("activates a new pair, and logs it", async () => {
    const renewal = await renewalOf(first);
    writePair(directory, second);
    await renewal.reload();
    expect(replaced).toEqual(["CN=second"]);
    expect(renewal.validTo).toBe(Date.UTC(2049, 0, 1));
    expect((await lines()).slice(0, 2)).toEqual([inUse, "certificate in use: CN=second"]);
  });

  test("logs that nothing has changed", async () => {
    await (await renewalOf(first)).reload();
    expect(replaced).toEqual([]);
    expect(await lines()).toEqual([inUse, "certificate unchanged"]);
  });

  test("refuses an invalid pair, logs it each time, and activates the next valid one", async () => {
    const renewal = await renewalOf(first);
    writePair(directory, broken);
    await renewal.reload();
    await renewal.reload();
    expect(replaced).toEqual([]);
    expect(renewal.validTo).toBe(Date.UTC(2027, 0, 1));
    const refusal = `${refused}: ${files.key} is not the key of the first certificate in ${files.cert}`;
    expect(await lines()).toEqual([inUse, refusal, refusal]);
    writePair(directory, second);
    await renewal.reload();
    expect(replaced).toEqual(["CN=second"]);
  });

  test("retries if no server could be started with the certificate", async () => {
    const renewal = await renewalOf(first);
    writePair(directory, second);
    listening = false;
    await renewal.reload();
    expect(await lines()).toEqual([inUse, `${refused}: too many open files`]);
    listening = true;
    await renewal.reload();
    expect(replaced).toEqual(["CN=second"]);
  });
});

/** An hour, so that a test advances to the end of a certificate quickly. */
const everyMs = 3_600_000;

describe("the regular check", () => {
  test("follows replaced links, as Kubernetes and certbot use them", async () => {
    const [one, other] = [join(directory, "one"), join(directory, "other")];
    for (const [path, pair] of [
      [one, first],
      [other, second],
    ] as const) {
      mkdirSync(path);
      writePair(path, pair);
    }
    symlinkSync(one, join(directory, "data"));
    files = { cert: join(directory, "data", "tls.crt"), key: join(directory, "data", "tls.key") };
    const renewal = new CertificateRenewal(files, await readCertificate(files), { listener, clock, log });
    const end = renewal.watch(everyMs);
    symlinkSync(other, join(directory, "next"));
    renameSync(join(directory, "next"), join(directory, "data"));
    clock.advance(everyMs);
    await until(() => replaced.length > 0);
    end();
    expect(replaced).toEqual(["CN=second"]);
  });

  test("logs the same refusal once, and a different one again", async () => {
    const renewal = await renewalOf(first);
    writePair(directory, broken);
    const end = renewal.watch(everyMs);
    clock.advance(everyMs);
    await until(async () => (await lines()).length > 1);
    clock.advance(3 * everyMs);
    await Bun.sleep(20);
    expect(await lines()).toHaveLength(2);
    writeFileSync(files.cert, "no certificate");
    clock.advance(everyMs);
    await until(async () => (await lines()).length > 2);
    end();
    expect((await lines()).slice(1).map((line) => line.startsWith(refused))).toEqual([true, true]);
  });

  test("stops when it is ended", async () => {
    const renewal = await renewalOf(first);
    renewal.watch(everyMs)();
    writePair(directory, second);
    clock.advance(3 * everyMs);
    await Bun.sleep(20);
    expect(replaced).toEqual([]);
  });

  test("logs once that the certificate has expired", async () => {
    const end = (await renewalOf(first)).watch(everyMs);
    clock.advance(Date.UTC(2027, 0, 1) - clock.now() + 1);
    await until(async () => (await lines()).length > 1);
    await Bun.sleep(20);
    end();
    expect(await lines()).toEqual([inUse, "certificate expired"]);
  });
});

test("a certificate that is expired or not valid yet is logged at once, and used", async () => {
  await renewalOf(second);
  await renewalOf(makeCertificate({ subject: "old", validTo: new Date("2025-12-31T00:00:00Z") }));
  expect(await lines()).toEqual([
    "certificate in use: CN=second",
    "certificate not valid yet",
    "certificate in use: CN=old",
    "certificate expired",
  ]);
});
