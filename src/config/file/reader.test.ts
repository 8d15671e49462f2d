import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configLimits } from "../limits.ts";
import { SettingError } from "../setting-error.ts";
import { readConfigurationFile } from "./reader.ts";

function read(path: string): readonly string[] {
  try {
    readConfigurationFile(path, "--config", {});
  } catch (error) {
    if (error instanceof SettingError) return error.mistakes;
    throw error;
  }
  return [];
}

test("the message says why a file cannot be read", () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-configuration-"));
  const path = join(folder, "lading.yml");
  expect(read(path)).toEqual([`--config: ${path} does not exist`]);
  expect(read(folder)).toEqual([`--config: ${folder} is a directory; it must be a file`]);
  const pipe = join(folder, "pipe");
  expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
  expect(read(pipe)).toEqual([`--config: ${pipe} is a pipe or a device; it must be a regular file`]);
  writeFileSync(path, new Uint8Array([0xff]));
  expect(read(path)).toEqual([`--config: ${path} is not a text file in UTF-8`]);
  expect(read(join(path, "below"))).toEqual([`--config: ${join(path, "below")} does not exist`]);
  rmSync(folder, { recursive: true });
});

test("a file may be as large as the limit, and no larger", () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-configuration-"));
  const path = join(folder, "lading.yml");
  writeFileSync(path, `#${"x".repeat(configLimits.configurationFileBytes - 1)}`);
  expect(read(path)).toEqual([]);
  writeFileSync(path, `#${"x".repeat(configLimits.configurationFileBytes)}`);
  expect(read(path)).toEqual([`--config: ${path} is larger than 64 KiB`]);
  rmSync(folder, { recursive: true });
});

test("a version that is no 0.1 is a wrong group, also if it is a mapping or a list", () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-configuration-"));
  const path = join(folder, "lading.yml");
  for (const version of ["\n  toString: 1", " [0.1]", " 1"]) {
    writeFileSync(path, `version:${version}\n`);
    expect(read(path)).toEqual([expect.stringContaining(`${path}:1: there is no group version; `)]);
  }
  rmSync(folder, { recursive: true });
});

test("a byte order mark is not part of the text", () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-configuration-"));
  const path = join(folder, "lading.yml");
  writeFileSync(path, "\u{feff}storage:\n  data: /x\n");
  expect([...readConfigurationFile(path, "--config", {}).settings]).toEqual([
    ["data", { text: "/x", place: `${path}:2` }],
  ]);
  rmSync(folder, { recursive: true });
});
