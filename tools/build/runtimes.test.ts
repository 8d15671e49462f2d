import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import pins from "../runtime-pins.json" with { type: "json" };
import { checksumOf, runtimeOf, type RuntimePackage } from "./runtimes.ts";

const path = process.env["PATH"];

/** Runs the work with an empty cache, and with an npm whose registry has another tarball. */
function withForgedPackages(work: (cache: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "lading-runtimes-"));
  const npm = join(folder, "npm");
  writeFileSync(npm, `#!/bin/sh\necho forged >package.tgz\necho '[{"filename":"package.tgz"}]'\n`);
  chmodSync(npm, 0o755);
  process.env["PATH"] = `${folder}${delimiter}${path}`;
  try {
    work(join(folder, "cache"));
  } finally {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  }
}

const name = "@oven/bun-linux-aarch64-musl";
const placeOf = (cache: string, runtime: string) => join(cache, pins.version, runtime.replace("/", "-"));

test("a tarball that is not the pinned one is refused, and nothing of it is stored", () =>
  withForgedPackages((cache) => {
    expect(() => runtimeOf(name, cache)).toThrow(`${name}: the pinned tarball is ${pins.packages[name].tarball}`);
    expect(existsSync(placeOf(cache, name))).toBe(false);
  }));

test("a stored file that is not the pinned one is downloaded again", () =>
  withForgedPackages((cache) => {
    mkdirSync(join(cache, pins.version), { recursive: true });
    writeFileSync(placeOf(cache, name), "changed");
    expect(() => runtimeOf(name, cache)).toThrow("the pinned tarball is");
  }));

test("a stored file that is the pinned one is used without a download", () =>
  withForgedPackages((cache) => {
    const checksum = checksumOf(process.execPath);
    const [own] = Object.entries(pins.packages).find(([, { sha256 }]) => sha256 === checksum)!;
    mkdirSync(join(cache, pins.version), { recursive: true });
    symlinkSync(process.execPath, placeOf(cache, own));
    expect(runtimeOf(own as RuntimePackage, cache)).toBe(placeOf(cache, own));
  }));
