/**
 * The configuration file of a real process: which value applies, the messages about mistakes, and when the file is
 * read.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isExecutable } from "../support/command.ts";
import { makeCertificate, writePair } from "../support/certificate.ts";
import { patienceMs } from "../support/patience.ts";
import { runToEnd, startProcess, withDirectory, type Ended } from "../support/process.ts";

setDefaultTimeout(patienceMs);

/** Runs the work with a directory, and a function that writes `lading.yml` in it. */
function withFile<T>(work: (path: string, write: (text: string) => string) => Promise<T>): Promise<T> {
  return withDirectory((path) => {
    const file = join(path, "lading.yml");
    return work(path, (text) => {
      writeFileSync(file, text);
      return file;
    });
  });
}

const notice = async (url: string) => (await fetch(`${url}/v2/`)).headers.get("warning");

describe("lading serve", () => {
  test("takes the settings from the file, then from the environment, then from the flags", () =>
    withFile(async (path, write) => {
      const file = write(
        `network:\n  listen: 127.0.0.1:0\nstorage:\n  data: ${join(path, "data")}\nlogging:\n  log: off\nclients:\n  notice: from the file\n`,
      );
      const inFile = await startProcess(["--config", file]);
      expect(inFile.greeting[1]).toBe(`lading: data in ${join(path, "data")}`);
      expect(await notice(inFile.url)).toBe('299 - "from the file"');
      expect(await inFile.end()).toMatchObject({ code: 0, stderr: "" });
      const environment = { LADING_CONFIG: file, LADING_NOTICE: "from the environment" };
      const inEnvironment = await startProcess([], environment);
      expect(await notice(inEnvironment.url)).toBe('299 - "from the environment"');
      await inEnvironment.end();
      const inFlag = await startProcess(["--notice", "from the flag"], environment);
      expect(await notice(inFlag.url)).toBe('299 - "from the flag"');
      await inFlag.end();
    }));

  test("passes the settings of the file to the workers, and reads the file only at the start", () =>
    withFile(async (path, write) => {
      const text = "network:\n  listen: 127.0.0.1:0\nprocesses:\n  workers: 2\nclients:\n  notice: first\n";
      const file = write(`${text}  namespaces: [docker.io=mirror/docker.io]\n`);
      const flags = ["--config", file, "--data", join(path, "data"), "--log", "warn"];
      const running = await startProcess(flags, { LADING_WORKERS: undefined });
      const metrics = await (await fetch(`${running.url}/metrics`)).text();
      expect(/^lading_workers (\d+)$/m.exec(metrics)?.[1]).toBe("2");
      write(`${text.replace("first", "second")}nonsense:\n`);
      running.signal("SIGHUP");
      for (let count = 0; count < 20; count += 1) expect(await notice(running.url)).toBe('299 - "first"');
      expect(await running.end()).toMatchObject({ code: 0, stderr: "" });
    }));

  test("prints each mistake with file, line and key, and starts nothing", () =>
    withFile(async (path, write) => {
      const data = join(path, "data");
      const file = write(
        `storage:\n  data: ${data}\nnetwork:\n  lisen: :5000\n  path-prefix: x\nprocesses:\n  workers: many\nlogin:\n`,
      );
      const ended = await runToEnd(["serve", "--config", file]);
      expectMistakes(ended, [
        `${file}:4: there is no setting network.lisen; did you mean network.listen?`,
        `${file}:5: network.path-prefix is "x"; it must be a path, such as /registry`,
        `${file}:7: processes.workers is "many"; it must be a number from 1 to 64, or auto`,
        `${file}:8: there is no group login; did you mean logging?`,
      ]);
      expect(existsSync(data)).toBe(false);
    }));

  test("names the line of a value that proves wrong later", () =>
    withFile(async (path, write) => {
      const address = write(`network:\n  listen: nowhere.invalid:5000\nstorage:\n  data: ${join(path, "data")}\n`);
      expect(await runToEnd(["serve", "--config", address])).toMatchObject({
        code: 1,
        stderr: `lading: ${address}:2: network.listen: nowhere.invalid is not an address of this machine\n`,
      });
      const certificate = write(`tls:\n  tls-cert: ${join(path, "tls.crt")}\n  tls-key: ${join(path, "tls.key")}\n`);
      expectMistakes(await runToEnd(["serve", "--config", certificate]), [
        `${certificate}:2: tls.tls-cert: ${join(path, "tls.crt")} does not exist`,
      ]);
    }));

  test("prints why a file cannot be read or is not YAML", () =>
    withFile(async (path, write) => {
      const missing = join(path, "missing.yml");
      expectMistakes(await runToEnd(["serve", "--config", missing]), [`--config: ${missing} does not exist`]);
      expectMistakes(await runToEnd(["serve"], { LADING_CONFIG: path }), [
        `LADING_CONFIG: ${path} is a directory; it must be a file`,
      ]);
      const file = write("network:\n  listen: [::]:5000\n");
      expectMistakes(await runToEnd(["serve", "--config", file]), [
        `${file}:2: the file is not valid YAML here: unexpected token; put the value in quotes`,
      ]);
    }));
});

describe("lading config check", () => {
  test("prints each setting with its value and its source", () =>
    withFile(async (path, write) => {
      const file = write(
        "network:\n  trusted-proxies:\n    - 127.0.0.1\n    - 10.0.0.0/8\ncontent:\n  deletion: false\n",
      );
      const flags = ["config", "check", "--config", file, "--data", join(path, "data")];
      const { code, stdout, stderr } = await runToEnd(flags, { LADING_LOG: "warn" });
      expect([code, stderr]).toEqual([0, ""]);
      const lines = stdout.trimEnd().split("\n");
      expect([lines[0], lines.at(-1)]).toEqual([`configuration file: ${file}`, "the settings are valid"]);
      const words = lines.slice(1, -1).map((line) => line.replaceAll(/ +/g, " "));
      expect(words).toEqual(
        expect.arrayContaining([
          "network.listen 127.0.0.1:5000 (default)",
          `network.trusted-proxies 127.0.0.1,10.0.0.0/8 (${file}:2)`,
          "tls.tls-cert none (default)",
          `storage.data ${join(path, "data")} (--data)`,
          "processes.workers 1 (LADING_WORKERS)",
          "logging.log warn (LADING_LOG)",
          `content.deletion off (${file}:6)`,
        ]),
      );
      expect(existsSync(join(path, "data"))).toBe(false);
    }));

  test("prints the mistakes that would stop the start", () =>
    withFile(async (path, write) => {
      expectMistakes(await runToEnd(["config", "check", "--config", write("storage: /data\n")]), [
        `${join(path, "lading.yml")}:1: storage is "/data"; it must be a mapping of settings, such as "data: ./data"`,
      ]);
      expectMistakes(await runToEnd(["config", "check"], { LADING_LISTEN: "5000" }), [
        'LADING_LISTEN is "5000"; it must be host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000',
      ]);
      expectMistakes(await runToEnd(["config", "check"], { LADING_FROBNICATE: "" }), [
        "there is no setting for the environment variable LADING_FROBNICATE; remove it, or see docs/settings.md",
      ]);
      expectMistakes(await runToEnd(["config", "check", "--lisen", "x"]), [
        "there is no flag --lisen; did you mean --listen? " +
          `'${isExecutable ? "lading serve" : "npm start --"} --help' lists all flags`,
      ]);
    }));

  test("reads the certificate", () =>
    withFile(async (path, write) => {
      const { cert, key } = writePair(path, makeCertificate());
      const file = write(`tls:\n  tls-cert: ${cert}\n  tls-key: ${key}\n`);
      expect((await runToEnd(["config", "check", "--config", file])).code).toBe(0);
      const { code: missing, stderr: message } = await runToEnd(["config", "check"], {
        LADING_TLS_CERT: cert,
        LADING_TLS_KEY: `${path}/none`,
      });
      expect([missing, message]).toEqual([2, `lading: LADING_TLS_KEY: ${path}/none does not exist\n`]);
      chmodSync(key, 0o644);
      const { code, stderr } = await runToEnd(["config", "check", "--config", file]);
      expect([code, stderr.startsWith(`lading: ${file}:3: tls.tls-key: `)]).toEqual([2, true]);
    }));

  test("refuses other commands that begin with config", async () => {
    const usage = "usage: lading config check|convert [FILE] [flags]";
    expectMistakes(await runToEnd(["config"]), [`the command is incomplete; ${usage}`]);
    expectMistakes(await runToEnd(["config", "chek"]), [
      `there is no command "config chek"; did you mean check? ${usage}`,
    ]);
  });
});

test("lading keys finds the data directory in the file", () =>
  withFile(async (path, write) => {
    const data = join(path, "data");
    const { code, stdout } = await runToEnd(["keys", "--config", write(`storage:\n  data: ${data}\n`)]);
    expect(code).toBe(0);
    expect(stdout).toStartWith(`lading: ${data} has no signing key`);
  }));

function expectMistakes({ code, stdout, stderr }: Ended, mistakes: readonly string[]): void {
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toBe(mistakes.map((mistake) => `lading: ${mistake}\n`).join(""));
}
