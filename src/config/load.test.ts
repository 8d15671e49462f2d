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
  test("all of the file, even in settings that a flag overrides", () => {
    const flags = write("logging:\n  log: loud\n  log-format: xml\n");
    expect(mistakesOf([...flags, "--log", "off"])).toEqual([
      `${file}:2: logging.log is "loud"; it must be debug, info, warn, error or off`,
      `${file}:3: logging.log-format is "xml"; it must be auto, json or text`,
    ]);
  });

  test("all of the flags and the environment", () => {
    expect(mistakesOf(["--log", "loud"], { LADING_WORKERS: "0" })).toEqual([
      'LADING_WORKERS is "0"; it must be a number from 1 to 64, or auto',
      '--log is "loud"; it must be debug, info, warn, error or off',
    ]);
  });

  test("combinations name the place in the file, or the flag", () => {
    expect(mistakesOf(write("tls:\n  tls-key: /x\n"))).toEqual([
      `${file}:2: tls.tls-key needs tls.tls-cert as well; leave out both for plain HTTP`,
    ]);
    expect(mistakesOf(["--tls-key", "/x"])).toEqual([
      "--tls-key needs --tls-cert (LADING_TLS_CERT) as well; leave out both for plain HTTP",
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

  test("newcomer 9 unknown variables, all at once; other commands refuse only those that resemble a setting", () => {
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
