import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfiguration, loadSettings, SettingError } from "./load.ts";
import { settings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "lading-load-"));
const file = join(folder, "lading.yml");
afterAll(() => rmSync(folder, { recursive: true }));

function write(text: string): string[] {
  writeFileSync(file, text);
  return ["--config", file];
}

function mistakesOf(flags: readonly string[], environment: Record<string, string> = {}): readonly string[] {
  try {
    loadConfiguration(flags, environment);
  } catch (error) {
    if (error instanceof SettingError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("the order of the sources", () => {
  const flags = write("uploads:\n  upload-silence: 10\nprocesses:\n  workers: 3\ncontent:\n  deletion: off\n");
  const environment = { LADING_WORKERS: "4", LADING_DELETION: "on" };

  test("the file overrides the default, the environment the file, and the flag the environment", () => {
    const { settings: loaded, sources } = loadConfiguration([...flags, "--deletion", "off"], environment);
    expect([loaded.uploadSilence, loaded.workers, loaded.deletion, loaded.legacy]).toEqual([10, 4, false, true]);
    expect(["upload-silence", "workers", "deletion", "legacy"].map((key) => sources.get(key)!)).toEqual([
      { kind: "file", text: "10", place: `${file}:2` },
      { kind: "environment", text: "4" },
      { kind: "flag", text: "off" },
      { kind: "default", text: "on" },
    ]);
    expect([...sources.keys()]).toEqual(Object.values(settings).map(({ key }) => key));
  });

  test("the variable names the file, and the flag overrides it", () => {
    expect(loadSettings([], { LADING_CONFIG: file }).uploadSilence).toBe(10);
    expect(loadSettings(flags, { LADING_CONFIG: join(folder, "none") }).uploadSilence).toBe(10);
    expect(mistakesOf([], { LADING_CONFIG: join(folder, "none") })).toEqual([
      `LADING_CONFIG: ${join(folder, "none")} does not exist`,
    ]);
    expect(mistakesOf([], { LADING_CONFIG: "" })).toEqual([
      'LADING_CONFIG is ""; it must be a file, such as /etc/lading/lading.yml',
    ]);
  });
});

describe("mistakes", () => {
  test("all mistakes of the file, even in settings that a flag overrides", () => {
    const flags = write("logging:\n  log: loud\n  log-format: xml\n");
    expect(mistakesOf([...flags, "--log", "off"])).toEqual([
      `${file}:2: logging.log is "loud"; it must be debug, info, warn, error or off`,
      `${file}:3: logging.log-format is "xml"; it must be auto, json or text`,
    ]);
  });

  test("all mistakes of the flags and the environment", () => {
    expect(mistakesOf(["--log", "loud"], { LADING_WORKERS: "0" })).toEqual([
      'LADING_WORKERS is "0"; it must be a number from 1 to 64, or auto',
      '--log is "loud"; it must be debug, info, warn, error or off',
    ]);
  });

  test("the content of a file in the place of its path is not shown, and neither are passwords", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMIIsecret\n-----END PRIVATE KEY-----\n";
    const path = "the path of a PEM file, such as /etc/lading/tls.key";
    expect(mistakesOf([], { LADING_TLS_CERT: "/x", LADING_TLS_KEY: key })).toEqual([
      `LADING_TLS_KEY is the content of a PEM file; it must be ${path}`,
    ]);
    expect(mistakesOf(["--tls-key", key.replaceAll("\n", " ")])).toEqual([
      `--tls-key is the content of a PEM file; it must be ${path}`,
    ]);
    expect(mistakesOf(write(`tls:\n  tls-key: ${JSON.stringify(key)}\n`))).toEqual([
      `${file}:2: tls.tls-key is the content of a PEM file; it must be ${path}`,
    ]);
    for (const flags of [["--config", key], [key], ["--tls-cert", "a", key], [`--${key}`], []]) {
      expect(mistakesOf(flags, { LADING_CONFIG: key }).join()).not.toContain("secret");
    }
    expect(mistakesOf([], { LADING_PUBLIC_ADDRESS: "https://u:secret@h" })).toEqual([
      expect.stringMatching(/^LADING_PUBLIC_ADDRESS is "https:\/\/\*\*\*@h"; it must be http/),
    ]);
  });

  test("a long value is cut, and a path has no control characters", () => {
    const long = "x".repeat(5_000);
    const texts = [`network:\n  listen: ${long}\n`, `network:\n  ${long}: 1\n`, `${long}: 1\n`];
    const all = [...texts.map((text) => mistakesOf(write(text))), mistakesOf(["--listen", long]), mistakesOf([long])];
    for (const [message] of [...all, mistakesOf([`--${long}`]), mistakesOf([], { LADING_CONFIG: long })]) {
      expect([message!.length < 700, message!.includes("x…")]).toEqual([true, true]);
    }
    expect(mistakesOf(["--data", long])[0]).toEndWith('x…"; it must be a directory, such as ./data');
    expect(mistakesOf(write('storage:\n  data: "a\\0b"\n'))).toEqual([
      `${file}:2: storage.data is "a\\u0000b"; it must be a directory, such as ./data`,
    ]);
  });

  test("a file with a storage that Lading does not have needs a data directory", () => {
    const flags = [...write("version: 0.1\nstorage:\n  s3:\n    bucket: b\n"), "--ignore-unsupported"];
    const mistake = (place: string, path: string) =>
      `${place}: ${path} names no directory; name an empty one with --data (LADING_DATA)`;
    expect(mistakesOf(flags)).toEqual([mistake(`${file}:2`, "storage.s3")]);
    expect(mistakesOf([...flags, "--data", "/d"])).toEqual([]);
    expect(mistakesOf(flags, { LADING_DATA: "/d" })).toEqual([]);
    const variable = [...write("version: 0.1\n"), "--ignore-unsupported"];
    expect(mistakesOf(variable, { REGISTRY_STORAGE: "inmemory" })).toEqual([
      mistake("REGISTRY_STORAGE", "storage.inmemory"),
    ]);
  });

  test("combinations name the place in the file, or the flag", () => {
    expect(mistakesOf(write("tls:\n  tls-key: /x\n"))).toEqual([
      `${file}:2: tls.tls-key needs tls.tls-cert as well; leave out both for plain HTTP`,
    ]);
    expect(mistakesOf(["--tls-key", "/x"])).toEqual([
      "--tls-key needs --tls-cert (LADING_TLS_CERT) as well; leave out both for plain HTTP",
    ]);
    expect(mistakesOf([], { LADING_TLS_KEY: "/x" })).toEqual([
      "LADING_TLS_KEY needs --tls-cert (LADING_TLS_CERT) as well; leave out both for plain HTTP",
    ]);
    const chunks = write("uploads:\n  chunk-minimum: 5\n");
    expect(mistakesOf([...chunks, "--chunk-maximum", "4"])).toEqual([
      `${file}:2: uploads.chunk-minimum is 5 and --chunk-maximum is 4; the minimum must not be larger than the maximum`,
    ]);
    expect(mistakesOf(write("compatibility:\n  legacy: off\n  schema1-conversion: on\n"))).toEqual([
      `${file}:3: compatibility.schema1-conversion on needs compatibility.legacy on`,
    ]);
    expect(mistakesOf(["--schema1-conversion", "on", "--legacy", "off"])).toEqual([
      "--schema1-conversion on needs --legacy on",
    ]);
  });

  test("newcomer 9 all unknown variables; other commands refuse only those that resemble a setting", () => {
    const environment = { LADING_FROBNICATE: "1", lading_workers: "1", LADING_CONFG: "x" };
    expect(mistakesOf([], environment)).toEqual([
      "there is no setting for the environment variable LADING_FROBNICATE; remove it, or see docs/settings.md",
      "there is no setting for the environment variable lading_workers; did you mean LADING_WORKERS? Otherwise remove it",
      "there is no setting for the environment variable LADING_CONFG; did you mean LADING_CONFIG? Otherwise remove it",
    ]);
    expect(loadSettings([], { LADING_FROBNICATE: "1" }).deletion).toBe(true);
    expect(() => loadSettings([], environment)).toThrow(SettingError);
  });

  test("variables of the tests and of Kubernetes are not refused", () => {
    const names = [
      "LADING_LAUNCHER",
      "LADING_SEEN",
      "LADING_VECTORS",
      "LADING_SERVICE_HOST",
      "LADING_PORT_5000_TCP_ADDR",
    ];
    expect(mistakesOf([], Object.fromEntries(names.map((name) => [name, "x"])))).toEqual([]);
    expect(mistakesOf([], { LADING_PORT: "tcp://10.0.0.1:5000" })).toEqual([]);
  });

  test("newcomer 9 npm start with --config and without --", () => {
    expect(mistakesOf(["x.yml"], { npm_lifecycle_event: "start", npm_config_config: "true" })).toEqual([
      "npm took --config as its own setting; write -- before the flags: npm start -- --config ...",
    ]);
  });
});

describe("a configuration of distribution", () => {
  const text = "version: 0.1\nstorage: filesystem\nhttp:\n  addr: :5001\n  net: unix\nauth: silly\n";

  test("Lading's own variables and flags override the file, and the sources name the places", () => {
    const flags = [...write(text), "--ignore-unsupported", "--data", "/data"];
    const environment = { REGISTRY_HTTP_PREFIX: "/r/", LADING_DELETION: "on" };
    const { settings: loaded, sources, notes } = loadConfiguration(flags, environment);
    expect([loaded.listen.port, loaded.pathPrefix, loaded.deletion, loaded.data]).toEqual([5001, "/r", true, "/data"]);
    expect(["listen", "path-prefix", "deletion", "data"].map((key) => sources.get(key)!)).toEqual([
      { kind: "file", text: ":5001", place: `${file}:4`, name: "http.addr" },
      { kind: "file", text: "/r", place: "REGISTRY_HTTP_PREFIX", name: "http.prefix" },
      { kind: "environment", text: "on" },
      { kind: "flag", text: "/data" },
    ]);
    expect(notes.map(({ effect }) => effect)).toEqual(["unsupported", "unsupported"]);
  });

  test("unsupported keys and wrong values are refused together, and --ignore-unsupported accepts the former", () => {
    const flags = write(`${text}loglevel: loud\n`);
    const wrong = `${file}:7: loglevel is "loud"; it must be error, warn, info or debug`;
    const [net, auth, ...more] = mistakesOf(flags);
    expect([net, auth]).toEqual([
      expect.stringContaining(`${file}:5: http.net is not supported: `),
      expect.stringContaining(`${file}:6: auth.silly is not supported: `),
    ]);
    expect(more).toEqual([wrong, "2 keys are not supported; --ignore-unsupported starts without them"]);
    for (const ignoring of [["--ignore-unsupported"], ["--ignore-unsupported=on"]]) {
      expect(mistakesOf([...ignoring, ...flags])).toEqual([wrong]);
    }
    expect(mistakesOf(flags, { LADING_IGNORE_UNSUPPORTED: "on" })).toEqual([wrong]);
    expect(mistakesOf([...flags, "--ignore-unsupported=off"], { LADING_IGNORE_UNSUPPORTED: "on" })).toHaveLength(4);
  });

  test("a wrong value of --ignore-unsupported is refused", () => {
    expect(mistakesOf([], { LADING_IGNORE_UNSUPPORTED: "1" })).toEqual([
      'LADING_IGNORE_UNSUPPORTED is "1"; it must be on or off',
    ]);
    expect(mistakesOf(["--ignore-unsupported", "on"])[0]).toStartWith('"on" does not belong to a flag');
    expect(mistakesOf(["--ignore-unsuported"])[0]).toContain("did you mean --ignore-unsupported?");
  });

  test("a message about a combination of settings names the keys of the file", () => {
    expect(mistakesOf(write("version: 0.1\nstorage: filesystem\nhttp:\n  tls:\n    key: /k\n"))).toEqual([
      `${file}:5: http.tls.key needs http.tls.certificate as well; leave out both for plain HTTP`,
    ]);
  });

  test("REGISTRY_CONFIGURATION_PATH names the file, unless LADING_CONFIG or --config does", () => {
    const flags = write("version: 0.1\nstorage: filesystem\n");
    const environment = { REGISTRY_CONFIGURATION_PATH: file, REGISTRY_HTTP_ADDR: ":5001" };
    const { settings: loaded, notes, file: path } = loadConfiguration([], environment);
    expect([loaded.listen.port, notes.map(({ effect }) => effect), path]).toEqual([5001, [], file]);
    const other = join(folder, "none");
    expect(mistakesOf([], { REGISTRY_CONFIGURATION_PATH: other })).toEqual([
      `REGISTRY_CONFIGURATION_PATH: ${other} does not exist`,
    ]);
    expect(mistakesOf([], { REGISTRY_CONFIGURATION_PATH: other, LADING_CONFIG: file })).toEqual([]);
    expect(mistakesOf(flags, { REGISTRY_CONFIGURATION_PATH: other })).toEqual([]);
    expect(loadConfiguration([], { REGISTRY_CONFIGURATION_PATH: "" }).file).toBeUndefined();
  });

  test("the message about a file without a flag names the flag --config", () => {
    expect(mistakesOf(["config.yml"])[0]).toStartWith(
      '"config.yml" does not belong to a flag; did you mean --config config.yml?',
    );
  });

  test("the variables of distribution lead to a warning without a file of distribution", () => {
    const environment = { REGISTRY_HTTP_ADDR: ":5001", REGISTRY_AUTH_FILE: "/auth.json", REGISTRY_USER: "u" };
    const messages = [
      "REGISTRY_HTTP_ADDR has no effect: Lading reads it only with a configuration file of distribution",
    ];
    for (const flags of [[], write("network:\n  listen: :5002\n")]) {
      const { settings: loaded, notes } = loadConfiguration(flags, environment);
      expect([loaded.listen.port, notes.map(({ effect }) => effect)]).toEqual([
        flags.length === 0 ? 5000 : 5002,
        ["warning"],
      ]);
      expect(notes[0]!.message).toStartWith(messages[0]!);
    }
  });
});
