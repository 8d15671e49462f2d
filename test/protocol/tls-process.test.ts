/** The process with a certificate: successful and failed starts, and the effect of SIGHUP. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate, writePair } from "../support/certificate.ts";
import { patienceMs } from "../support/patience.ts";
import { runToEnd, startProcess, withDirectory, type RunningProcess } from "../support/process.ts";
import { RawConnection } from "../support/raw.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

const authority = makeCertificate({ subject: "authority" });
const first = makeCertificate({ subject: "first", issuer: authority });

function flagsFor(path: string): string[] {
  const { cert, key } = writePair(path, first);
  return ["--listen", "127.0.0.1:0", "--data", join(path, "data"), "--tls-cert", cert, "--tls-key", key];
}

async function certificateOf({ url }: RunningProcess): Promise<string> {
  const connection = await RawConnection.openTls(Number(new URL(url).port), { ca: authority.cert });
  const { certificate } = connection;
  connection.cut();
  return certificate;
}

test("lading health trusts the certificate for any name", () =>
  withDirectory(async (path) => {
    const flags = flagsFor(path);
    const running = await startProcess(flags);
    const { code, stdout } = await runToEnd(["health", ...flags, "--listen", new URL(running.url).host]);
    expect([code, stdout]).toEqual([0, `${running.url}/readyz: ready\n`]);
    await running.end();
  }));

/** The log messages without requests. */
function messagesOf(stderr: string): string[] {
  const lines = stderr.split("\n").slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { message: string }).message).filter((text) => text !== "request");
}

test("the greeting has an https address, and the registry answers there", () =>
  withDirectory(async (path) => {
    const running = await startProcess(flagsFor(path));
    expect(running.greeting[0]).toMatch(/^lading: listening on https:\/\/127\.0\.0\.1:\d+ \(process \d+\)$/);
    const tls = { ca: authority.cert };
    expect((await fetch(`${running.url}/v2/`, { tls })).status).toBe(200);
    const { code, stderr } = await running.end();
    expect([code, messagesOf(stderr)]).toEqual([0, ["certificate in use"]]);
  }));

test("the environment can set the files", () =>
  withDirectory(async (path) => {
    const [, , , , , cert, , key] = flagsFor(path);
    const environment = { LADING_TLS_CERT: cert!, LADING_TLS_KEY: key! };
    const running = await startProcess(["--listen", "127.0.0.1:0", "--data", join(path, "data")], environment);
    expect(await certificateOf(running)).toBe("first");
    await running.end();
  }));

test("L29 a key that other users may read stops the start, and is refused when it is renewed", () =>
  withDirectory(async (path) => {
    const flags = flagsFor(path);
    chmodSync(join(path, "tls.key"), 0o644);
    const { code, stderr } = await runToEnd(["serve", ...flags]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("lading: --tls-key: ")]);
    expect(stderr).toContain("other users may read or change it");
    chmodSync(join(path, "tls.key"), 0o640);
    const running = await startProcess(flags);
    writePair(path, makeCertificate({ subject: "second", issuer: authority }));
    chmodSync(join(path, "tls.key"), 0o644);
    running.signal("SIGHUP");
    await until(() => messagesOf(running.log()).some((message) => message.startsWith("certificate refused")));
    expect(await certificateOf(running)).toBe("first");
    await running.end();
  }));

test("SIGHUP activates the next certificate without a restart; a broken pair is logged and ignored", () =>
  withDirectory(async (path) => {
    const running = await startProcess(flagsFor(path));
    writePair(path, makeCertificate({ subject: "second", issuer: authority }));
    running.signal("SIGHUP");
    await until(() => messagesOf(running.log()).length === 2);
    expect(await certificateOf(running)).toBe("second");
    writeFileSync(join(path, "tls.key"), first.key);
    running.signal("SIGHUP");
    await until(() => messagesOf(running.log()).length === 3);
    expect(await certificateOf(running)).toBe("second");
    const { code, stderr } = await running.end();
    const refused = "certificate refused; the previous one stays in use";
    expect([code, messagesOf(stderr)]).toEqual([0, ["certificate in use", "certificate in use", refused]]);
  }));

test("an expired certificate is used, and the log warns", () =>
  withDirectory(async (path) => {
    const flags = flagsFor(path);
    writePair(path, makeCertificate({ validTo: new Date("2021-01-01T00:00:00Z") }));
    const { code, stderr } = await (await startProcess(flags)).end();
    expect([code, messagesOf(stderr)]).toEqual([0, ["certificate in use", "certificate expired"]]);
  }));

describe("a start that fails prints one line and exits with a code", () => {
  async function expectFailure(flags: readonly string[], code: number, ...words: readonly string[]): Promise<void> {
    const ended = await runToEnd(["serve", ...flags]);
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
    expect(ended.stderr).toMatch(/^lading: [^\n]+\n$/);
    for (const word of words) expect(ended.stderr).toContain(word);
  }

  test("one of the two files without the other", () =>
    withDirectory(async (path) => {
      const [, , , , certFlag, cert, keyFlag, key] = flagsFor(path);
      await expectFailure([certFlag!, cert!], 2, "--tls-cert", "--tls-key", "LADING_TLS_KEY");
      await expectFailure([keyFlag!, key!], 2, "--tls-key", "--tls-cert", "LADING_TLS_CERT");
    }));

  test("a missing file, or a file with other content", () =>
    withDirectory(async (path) => {
      const flags = flagsFor(path);
      writeFileSync(join(path, "tls.crt"), "hello");
      await expectFailure(flags, 2, "--tls-cert", join(path, "tls.crt"), "PEM");
      rmSync(join(path, "tls.crt"));
      await expectFailure(flags, 2, "--tls-cert", join(path, "tls.crt"), "does not exist");
    }));

  test("a key of another certificate", () =>
    withDirectory(async (path) => {
      const flags = flagsFor(path);
      writeFileSync(join(path, "tls.key"), authority.key);
      await expectFailure(flags, 2, "--tls-key", join(path, "tls.key"), join(path, "tls.crt"));
    }));

  test("a port that another registry with TLS uses", () =>
    withDirectory(async (path) => {
      const one = await startProcess(flagsFor(path));
      const listen = ["--listen", new URL(one.url).host, "--data", join(path, "other")];
      await expectFailure([...flagsFor(path), ...listen], 1, "--listen", "in use");
      await expectFailure(listen, 1, "--listen", "in use");
      expect((await one.end()).code).toBe(0);
    }));
});
