/** The registry's own key: it is created once, readable for the owner only, and listed without its private part. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportSigningKey, generateSigningKey } from "../../src/docker/schema1/key.ts";
import { signingKeyFile } from "../../src/registry/legacy/signing-key.ts";
import { patienceMs } from "../support/patience.ts";
import { runToEnd, startProcess, withDirectory } from "../support/process.ts";

setDefaultTimeout(patienceMs);

const anyPort = ["--listen", "127.0.0.1:0"];
const listed = async (data: string) => (await runToEnd(["keys", "--data", data])).stdout;

function writeKey(data: string, text: string, mode = 0o600): void {
  writeFileSync(signingKeyFile(data), text);
  chmodSync(signingKeyFile(data), mode);
}

describe("LEG-24 the key", () => {
  test("is created at the first start for this user alone, and remains; only its id is printed", () =>
    withDirectory(async (data) => {
      const first = await startProcess([...anyPort, "--data", data]);
      const ended = await first.end();
      const file = signingKeyFile(data);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const text = readFileSync(file, "utf8");
      const { kid, d } = JSON.parse(text) as { kid: string; d: string };
      const line = await listed(data);
      expect(line).toBe(`${kid} ES256 ${file}\n`);
      for (const said of [line, ended.stdout, ended.stderr]) expect(said).not.toContain(d);
      await (await startProcess([...anyPort, "--data", data])).end();
      expect(readFileSync(file, "utf8")).toBe(text);
      expect(readdirSync(data).filter((name) => name.includes("signing"))).toEqual(["signing-key.json"]);
    }));

  test("can be provided by the operator, also in PEM", () =>
    withDirectory(async (data) => {
      const key = generateSigningKey();
      writeKey(data, exportSigningKey(key, "pem"));
      await (await startProcess([...anyPort, "--data", data])).end();
      expect(await listed(data)).toStartWith(`${key.keyId} ES256 `);
      expect(readFileSync(signingKeyFile(data), "utf8")).toBe(exportSigningKey(key, "pem"));
    }));

  test("is created if a previous start was interrupted before the file had its name", () =>
    withDirectory(async (data) => {
      writeFileSync(`${signingKeyFile(data)}.new`, "half a k");
      await (await startProcess([...anyPort, "--data", data])).end();
      expect(await listed(data)).toContain("ES256");
      expect(existsSync(`${signingKeyFile(data)}.new`)).toBe(false);
    }));

  test("is not created without legacy, and the command keys reports that it is missing", () =>
    withDirectory(async (data) => {
      await (await startProcess([...anyPort, "--data", data, "--legacy", "off"])).end();
      expect(existsSync(signingKeyFile(data))).toBe(false);
      const { code, stdout } = await runToEnd(["keys", "--data", data]);
      expect([code, stdout]).toEqual([0, expect.stringContaining("no signing key")]);
    }));

  test("can be listed while the registry runs", () =>
    withDirectory(async (data) => {
      const running = await startProcess([...anyPort, "--data", data]);
      expect(await listed(data)).toContain("ES256");
      expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
      await running.end();
    }));
});

describe("LEG-24 an unusable key stops the start and the command keys with one line", () => {
  const good = exportSigningKey(generateSigningKey(), "jwk");
  const wrong: Readonly<Record<string, readonly [make: (data: string) => void, reason: string]>> = {
    "others may read it": [(data) => writeKey(data, good, 0o644), "chmod 600"],
    "its group may write it": [(data) => writeKey(data, good, 0o660), "chmod 600"],
    "others may write it": [(data) => writeKey(data, good, 0o602), "chmod 600"],
    "it is not a key": [(data) => writeKey(data, "secret words"), "neither PEM nor a JSON web key"],
    "it is empty": [(data) => writeKey(data, ""), "neither PEM nor a JSON web key"],
    "its id belongs to another key": [(data) => writeKey(data, good.replace(/"kid":"...../, '"kid":"AAAA:')), "kid"],
    "it is far too large": [(data) => writeKey(data, "x".repeat(100_000)), "larger"],
    "it is a link": [
      (data) => {
        writeFileSync(join(data, "elsewhere"), good, { mode: 0o600 });
        symlinkSync(join(data, "elsewhere"), signingKeyFile(data));
      },
      "link",
    ],
    "it is a pipe, which never ends": [
      (data) => void Bun.spawnSync(["mkfifo", "-m", "600", signingKeyFile(data)]),
      "is a pipe or a device; it must be a regular file",
    ],
  };
  for (const [what, [make, reason]] of Object.entries(wrong)) {
    test(what, () =>
      withDirectory(async (data) => {
        make(data);
        for (const command of [
          ["serve", ...anyPort, "--data", data],
          ["keys", "--data", data],
        ]) {
          const { code, stdout, stderr } = await runToEnd(command);
          expect([code, stdout, stderr.trimEnd().split("\n").length]).toEqual([1, "", 1]);
          expect(stderr).toStartWith("lading: ");
          expect(stderr).toContain(signingKeyFile(data));
          expect(stderr).toContain(reason);
          expect(stderr).not.toContain("secret words");
        }
      }),
    );
  }

  test("L29 its group may read it, as for the key of TLS", () =>
    withDirectory(async (data) => {
      writeKey(data, good, 0o640);
      const running = await startProcess([...anyPort, "--data", data]);
      expect((await running.end()).code).toBe(0);
    }));

  test("an unknown flag is refused", async () => {
    const { code, stderr } = await runToEnd(["keys", "--port", "1"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--port")]);
  });
});
