/** The process: its messages at the start, its errors, and how it ends. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { commands, type Command } from "../../src/cli/commands.ts";
import { environmentName, settings } from "../../src/config/settings.ts";
import { isExecutable } from "../support/command.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob, pushImage, startUpload } from "../support/push.ts";
import { runToEnd, startProcess, withDirectory, type Ended } from "../support/process.ts";
import { headOf, RawConnection } from "../support/raw.ts";
import { direct, hasProgram, root } from "../support/started.ts";

setDefaultTimeout(patienceMs);

const anyPort = ["--listen", "127.0.0.1:0", "--log", "off"];

/** Expects one line that names what to change, and an exit code of a failure. */
function expectFailure({ code, stdout, stderr }: Ended, exit: number, names: string): void {
  expect([code, stdout]).toEqual([exit, ""]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toStartWith("lading: ");
  expect(stderr).toContain(names);
}

describe("a start that succeeds", () => {
  test("prints its address, its data directory and a command to try", () =>
    withDirectory(async (path) => {
      const running = await startProcess([...anyPort, "--data", join(path, "data")]);
      const port = new URL(running.url).port;
      expect(running.greeting).toEqual([
        expect.stringMatching(new RegExp(`^lading: listening on http://127.0.0.1:${port} \\(process \\d+\\)$`)),
        `lading: data in ${join(path, "data")}`,
        `lading: try  docker tag IMAGE 127.0.0.1:${port}/IMAGE && docker push 127.0.0.1:${port}/IMAGE`,
      ]);
      expect((await fetch(`${running.url}/v2/`)).status).toBe(200);
      await pushImage(running.url, "library/first", "latest");
      expect((await running.end()).code).toBe(0);
    }));

  test("takes the settings from the environment, and prefers flags", () =>
    withDirectory(async (path) => {
      const data = join(path, "from-environment");
      const environment = { LADING_LISTEN: "127.0.0.1:0", LADING_DATA: data, LADING_LOG: "nonsense" };
      const running = await startProcess(["--log", "off"], environment);
      expect(running.greeting[1]).toBe(`lading: data in ${data}`);
      expect((await running.end()).code).toBe(0);
      const other = await startProcess(["--log", "off", "--data", join(path, "from-flag")], environment);
      expect(other.greeting[1]).toBe(`lading: data in ${join(path, "from-flag")}`);
      await other.end();
    }));

  test("newcomer 7 warns if other machines can reach it, and not on loopback", () =>
    withDirectory(async (path) => {
      const flags = ["--log", "off", "--data", join(path, "data")];
      for (const listen of [":0", "0.0.0.0:0", "[::]:0"]) {
        const running = await startProcess([...flags, "--listen", listen]);
        const { code, stdout } = await running.end();
        expect(code).toBe(0);
        expect(stdout).toMatch(/warning: Lading has no accounts: anyone who can reach port \d+ .*can push and delete/);
      }
      for (const listen of ["localhost:0", "127.0.0.1:0", "127.0.0.2:0"]) {
        const running = await startProcess([...flags, "--listen", listen]);
        expect(running.url).toContain(listen.startsWith("localhost") ? "http://127.0.0.1:" : "http://127.0.0.");
        expect((await running.end()).stdout).not.toContain("warning");
      }
    }));

  test("newcomer 9 ignores the variables that Kubernetes sets", () =>
    withDirectory(async (path) => {
      const running = await startProcess([...anyPort, "--data", join(path, "data")], {
        LADING_SERVICE_HOST: "10.0.0.1",
        LADING_PORT: "tcp://10.0.0.1:5000",
        LADING_PORT_5000_TCP_ADDR: "10.0.0.1",
      });
      expect((await running.end()).stdout).not.toContain("warning");
    }));

  test("creates files that other users cannot read", () =>
    withDirectory(async (path) => {
      const data = join(path, "data");
      const running = await startProcess([...anyPort, "--data", data]);
      for (const entry of ["", "storage", "metadata.sqlite", "lock.sqlite"]) {
        expect([entry, statSync(join(data, entry)).mode & 0o077]).toEqual([entry, 0]);
      }
      await running.end();
    }));
});

describe("a start that fails prints one line and exits with a code", () => {
  test("a port in use", () =>
    withDirectory(async (path) => {
      const first = await startProcess([...anyPort, "--data", join(path, "one")]);
      const listen = new URL(first.url).host;
      const second = await runToEnd(["serve", "--listen", listen, "--data", join(path, "two")]);
      expectFailure(second, 1, "--listen");
      expect(second.stderr).toContain(listen.split(":")[1]!);
      expect((await first.end()).code).toBe(0);
    }));

  test("an address that is not an address of this machine", () =>
    withDirectory(async (path) => {
      const ended = await runToEnd(["serve", "--listen", "192.0.2.1:0", "--data", join(path, "data")]);
      expectFailure(ended, 1, "--listen");
      expect(ended.stderr).toContain("192.0.2.1");
      const named = await runToEnd(["serve", "--listen", "nowhere.invalid:5000", "--data", join(path, "data")]);
      expectFailure(named, 1, "--listen: nowhere.invalid is not an address of this machine");
      const word = await runToEnd(["serve", "--listen", "nowhere:5000", "--data", join(path, "data")]);
      expectFailure(word, 1, "--listen: nowhere is not an address of this machine");
    }));

  test("a file at the path of the data directory", () =>
    withDirectory(async (path) => {
      writeFileSync(join(path, "file"), "");
      for (const data of [join(path, "file"), join(path, "file", "below")]) {
        const ended = await runToEnd(["serve", ...anyPort, "--data", data]);
        expectFailure(ended, 1, "--data");
        expect(ended.stderr).toContain(`${data} cannot be created: ${join(path, "file")} is a file`);
      }
    }));

  test("newcomer 9 a variable in lower case", async () => {
    const ended = await runToEnd(["serve", ...anyPort], { lading_workers: "1" });
    expectFailure(ended, 2, "lading_workers; did you mean LADING_WORKERS?");
  });

  test("newcomer 8 a directory with the storage of another registry; nothing is written to it", () =>
    withDirectory(async (path) => {
      const trees = ["docker/registry/v2", "registry/v2/repositories", "v2/repositories"];
      for (const tree of trees) {
        const data = join(path, tree.replaceAll("/", "-"));
        mkdirSync(join(data, tree), { recursive: true });
        for (const workers of ["1", "2"]) {
          const ended = await runToEnd(["serve", ...anyPort, "--data", data, "--workers", workers]);
          expectFailure(ended, 1, `--data: ${data} contains the data of registry:2`);
          expect(ended.stderr).toContain("lading import, is not released yet: name an empty directory");
        }
        expect(readdirSync(data)).toEqual([tree.split("/")[0]!]);
      }
      writeFileSync(join(path, "oci-layout"), "{}");
      expectFailure(await runToEnd(["serve", ...anyPort, "--data", path]), 1, "an OCI image layout");
    }));

  test("newcomer 8 a directory that also contains Lading's data does not stop the start, and output and log warn about the rest", () =>
    withDirectory(async (data) => {
      await (await startProcess([...anyPort, "--data", data])).end();
      mkdirSync(join(data, "docker/registry/v2"), { recursive: true });
      const running = await startProcess(["--listen", "127.0.0.1:0", "--log", "warn", "--data", data]);
      const { stdout, stderr } = await running.end();
      expect(stdout).toContain(`lading: warning: ${data} also contains the data of registry:2`);
      expect(stderr).toContain("also contains data that Lading does not read");
    }));

  const asNobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  if (process.getuid?.() === 0 && hasProgram(...asNobody, process.execPath, "--version")) {
    test("newcomer 9 data of another user: the message names the owner", () =>
      withDirectory(async (path) => {
        chmodSync(path, 0o755);
        const data = join(path, "data");
        await (await startProcess([...anyPort, "--data", data])).end();
        const start = async (directory: string) => {
          const command = [...asNobody, ...direct, ...anyPort, "--data", directory];
          const child = Bun.spawn(command, {
            cwd: root,
            env: { PATH: "" },
            stdin: "ignore",
            stdout: "pipe",
            stderr: "pipe",
          });
          const [stdout, stderr] = [await new Response(child.stdout).text(), await new Response(child.stderr).text()];
          return { code: await child.exited, stdout, stderr };
        };
        const whose = "belongs to user root (0), and this process runs as user nobody (65534)";
        expectFailure(await start(data), 1, `${data} ${whose}`);
        expectFailure(await start(join(path, "new")), 1, `${path} ${whose}`);
        // The directory now belongs to the other user, but a file in it does not.
        chownSync(data, 65_534, 65_534);
        expectFailure(await start(data), 1, `${join(data, "lock.sqlite")} ${whose}`);
        chownSync(join(data, "lock.sqlite"), 65_534, 65_534);
        expectFailure(await start(data), 1, whose);
      }));
  } else {
    test.skip("data of another user are not tested: this is not root, or the other user may not run the runtime", () =>
      undefined);
  }

  test("a data directory that another process uses; the other process continues", () =>
    withDirectory(async (path) => {
      const first = await startProcess([...anyPort, "--data", path]);
      const second = await runToEnd(["serve", ...anyPort, "--data", path]);
      expectFailure(second, 1, "--data");
      expect(second.stderr).toContain("in use");
      await pushBlob(first.url, "still/here", blobOf("still here"));
      expect((await first.end()).code).toBe(0);
      const third = await startProcess([...anyPort, "--data", path]);
      expect((await fetch(`${third.url}/v2/still/here/blobs/${blobOf("still here").digest}`)).status).toBe(200);
      await third.end();
    }));

  test("data that a newer release wrote", () =>
    withDirectory(async (path) => {
      const { Database } = await import("bun:sqlite");
      const database = new Database(join(path, "metadata.sqlite"), { create: true });
      database.run("PRAGMA user_version = 9999");
      database.close();
      const ended = await runToEnd(["serve", ...anyPort, "--data", path]);
      expectFailure(ended, 1, "--data");
      expect(ended.stderr).toContain("newer");
    }));

  test("a database file that is not a database", () =>
    withDirectory(async (path) => {
      writeFileSync(
        join(path, "metadata.sqlite"),
        "this is no database, and long enough to be looked at as one".repeat(40),
      );
      expectFailure(await runToEnd(["serve", ...anyPort, "--data", path]), 1, path);
    }));

  test("newcomer 9 an unknown flag: one short line suggests a similar flag or the most common ones", async () => {
    const said = {
      "--port 5000": "there is no flag --port; did you mean --listen?",
      "-p 5000": "there is no flag -p; did you mean --listen?",
      "--lisen=:5000": "there is no flag --lisen; did you mean --listen?",
      "--data-dir /srv": "there is no flag --data-dir; did you mean --data?",
      "--log-level debug": "there is no flag --log-level; did you mean --log?",
      "--frobnicate": "there is no flag --frobnicate; the most common flags are --listen, --data,",
      "--listen=127.0.0.1:0 extra": '"extra" does not belong to a flag',
      "--data": "--data needs a value",
      listen: '"listen" does not belong to a flag; did you mean --listen?',
      serv: "\"serv\" does not belong to a flag; did you mean serve? 'npm start' runs it without this word",
      help: '"help" does not belong to a flag; did you mean the command help?',
    };
    for (const [flags, message] of Object.entries(said)) {
      const ended = await runToEnd(["serve", ...flags.split(" ")]);
      expectFailure(ended, 2, message);
      expect(ended.stderr.length).toBeLessThan(170);
    }
    const bench = await runToEnd(["bench", "http://127.0.0.1:1", "--second", "3"]);
    expectFailure(bench, 2, "did you mean --seconds?");
    expectFailure(
      await runToEnd(["bench", "http://127.0.0.1:1", "--work", "push-lage"]),
      2,
      "did you mean push-large?",
    );
    expectFailure(await runToEnd(["config", "chek"]), 2, "did you mean check?");
    expectFailure(await runToEnd(["sevre"]), 2, "did you mean serve?");
    expectFailure(await runToEnd(["--hlep"]), 2, "did you mean --help?");
  });

  test("newcomer 9 a misspelt variable: the message suggests the right one", async () => {
    const environment = { LADING_LISTEM: ":1", LADING_DATA: "" };
    expectFailure(await runToEnd(["serve"], environment), 2, "LADING_LISTEM; did you mean LADING_LISTEN?");
    expectFailure(await runToEnd(["serve"], { LADING_PORT: "5000" }), 2, "LADING_PORT; did you mean LADING_LISTEN?");
    expectFailure(await runToEnd(["serve"], { LADING_TLS_CRT: "x" }), 2, "did you mean LADING_TLS_CERT?");
  });

  test("newcomer 9 a variable that resembles no setting", async () => {
    const ended = await runToEnd(["serve"], { LADING_FROBNICATE: "1" });
    expectFailure(ended, 2, "there is no setting for the environment variable LADING_FROBNICATE; remove it");
  });

  test("newcomer 9 npm start with flags and without --", async () => {
    const environment = { npm_lifecycle_event: "start", npm_config_listen: "true", npm_config_path_prefix: "/x" };
    const ended = await runToEnd(["serve", "127.0.0.1:5055"], environment);
    expectFailure(
      ended,
      2,
      "npm took --listen and --path-prefix as its own setting; write -- before the flags: npm start -- ",
    );
  });

  test("newcomer 9 a number out of range: the message gives the range", async () => {
    expectFailure(await runToEnd(["serve", "--workers", "65"]), 2, "it must be a number from 1 to 64, or auto");
    expectFailure(await runToEnd(["serve", "--workers", "0"]), 2, "it must be a number from 1 to 64, or auto");
    expectFailure(await runToEnd(["serve", "--listen", "127.0.0.1:70000"]), 2, "a port from 0 to 65535");
    expectFailure(await runToEnd(["serve", "--chunk-minimum", "-1"]), 2, "--chunk-minimum");
    expectFailure(await runToEnd(["serve", "--chunk-minimum", "1e13"]), 2, "a number of bytes from 0 to 999999999999");
    expectFailure(await runToEnd(["serve", "--deletion", "yes"]), 2, "it must be on or off");
  });

  const wrong = {
    listen: ["5000", "host", "127.0.0.1:99999", "::1:5000", "a b:1"],
    data: ["", "  "],
    "tls-cert": [" "],
    "path-prefix": ["registry", "/v2/team"],
    log: ["trace", ""],
    "log-format": ["yaml", ""],
  };
  for (const [key, values] of Object.entries(wrong)) {
    test(`a wrong value of ${key} in a flag or a variable: the message names the flag or the variable`, async () => {
      for (const value of values) {
        expectFailure(await runToEnd(["serve", `--${key}=${value}`]), 2, `--${key} is ${JSON.stringify(value)}`);
        const variable = environmentName(key);
        const ended = await runToEnd(["serve"], { [variable]: value });
        expectFailure(ended, 2, `${variable} is ${JSON.stringify(value)}`);
      }
    });
  }

  test("an unknown command", async () => {
    expectFailure(await runToEnd(["server"]), 2, '"server"');
    expectFailure(await runToEnd(["constructor"]), 2, '"constructor"');
  });
});

describe("lading health", () => {
  const health = (url: string, ...flags: readonly string[]) =>
    runToEnd(["health", "--listen", new URL(url).host, ...flags]);

  test("reports that a running registry is ready, and that a stopped one does not answer", () =>
    withDirectory(async (path) => {
      const running = await startProcess([...anyPort, "--data", join(path, "data")]);
      const { code, stdout } = await health(running.url);
      expect([code, stdout]).toEqual([0, `${running.url}/readyz: ready\n`]);
      await running.end();
      expectFailure(await health(running.url), 1, `${running.url}/readyz does not answer: `);
    }));

  test("reports why a registry is not ready", async () => {
    const body = "the disk is full";
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(body, { status: 503 }) });
    expectFailure(await health(server.url.href), 1, `readyz answers 503: ${body}`);
    await server.stop(true);
  });

  test("refuses an invalid setting", async () => {
    expectFailure(await runToEnd(["health", "--listen", "nowhere"]), 2, "--listen");
  });
});

describe("the end of the process", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`${signal} ends the process with exit code 0`, () =>
      withDirectory(async (path) => {
        const running = await startProcess([...anyPort, "--data", path]);
        const { code, stdout, stderr } = await running.end(signal);
        expect([code, stderr]).toEqual([0, ""]);
        expect(stdout).toContain("finishing");
        expect(existsSync(join(path, "metadata.sqlite-wal"))).toBe(false);
      }));
  }

  test("a request in flight is answered before the process ends", () =>
    withDirectory(async (path) => {
      const running = await startProcess([...anyPort, "--data", path]);
      const { bytes, digest } = blobOf("in flight", 10_000);
      const target = `${await startUpload(running.url, "in/flight")}?digest=${digest}`;
      const connection = await RawConnection.open(Number(new URL(running.url).port));
      await connection.send(
        headOf({
          method: "PUT",
          target,
          headers: [
            ["Expect", "100-continue"],
            ["Content-Length", "10000"],
          ],
        }),
      );
      // The 100 shows that the server has accepted the request.
      expect((await connection.response("PUT"))?.status).toBe(100);
      await connection.send(bytes.slice(0, 5_000));
      const ending = running.end();
      await connection.send(bytes.slice(5_000));
      expect((await connection.response("PUT"))?.status).toBe(201);
      connection.cut();
      expect((await ending).code).toBe(0);
    }));
});

describe("help and version", () => {
  for (const parameters of [["help"], [], ["--help"], ["-h"], ["serve", "--help"], ["serve", "-h"]]) {
    test(`lading ${parameters.join(" ")} lists every setting with its variable and its default`, async () => {
      const { code, stdout, stderr } = await runToEnd(parameters);
      expect([code, stderr]).toEqual([0, ""]);
      for (const { key, default: value } of Object.values(settings)) {
        const variable = `LADING_${key.toUpperCase().replaceAll("-", "_")}`;
        for (const text of [`--${key}`, variable, `Default: ${value ?? "none"}`]) expect(stdout).toContain(text);
      }
    });
  }

  for (const [name, { usage, summary, flags, exits }] of Object.entries<Command>(commands)) {
    test(`lading help ${name} prints all texts of the command, and lading help lists the command`, async () => {
      const { code, stdout } = await runToEnd(["help", name]);
      expect(code).toBe(0);
      const texts = [usage, summary, ...flags.map((flag) => flag.usage), ...flags.map(({ doc }) => doc)];
      for (const text of [...texts, ...Object.values(exits)]) expect(stdout).toContain(text);
      expect((await runToEnd([name, "--help"])).stdout).toBe(stdout);
      expect((await runToEnd(["help"])).stdout).toContain(`lading ${usage}`);
    });
  }

  test("help for an unknown command is refused", async () => {
    expectFailure(await runToEnd(["help", "server"]), 2, '"server"');
  });

  for (const parameter of ["version", "--version"]) {
    test(`lading ${parameter} prints one line`, async () => {
      const { code, stdout } = await runToEnd([parameter]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^lading \d+\.\d+\.\d+ \(Bun \S+\)\n$/);
    });
  }

  test("lading version --json names the commit, the runtime, and whether this is a checkout or an executable", async () => {
    const { code, stdout } = await runToEnd(["version", "--json"]);
    expect(code).toBe(0);
    const { commit, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
    const installation = isExecutable ? "executable" : "source";
    expect(rest).toEqual({ version: manifest.version, runtime: `bun ${Bun.version}`, installation });
    // A copy of the source without git does not know its commit.
    expect(String(commit)).toMatch(/^([0-9a-f]{40}(-dirty)?|null)$/);
  });

  test("lading version with a flag that does not exist", async () => {
    expectFailure(await runToEnd(["version", "--jsno"]), 2, "did you mean --json?");
    expectFailure(await runToEnd(["version", "json"]), 2, '"json" does not belong to a flag');
  });
});
