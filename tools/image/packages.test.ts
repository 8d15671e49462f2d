import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import pins from "../image-pins.json" with { type: "json" };
import { withDirectory } from "../../test/support/process.ts";
import { unpackPackages } from "./packages.ts";

const { version } = pins.packages.libc6;

/** Runs the work with an empty cache, and with an apt-get that does what the script says. */
async function withApt(script: string, work: (folder: string, cache: string) => void): Promise<void> {
  const path = process.env["PATH"];
  await withDirectory(async (folder) => {
    writeFileSync(join(folder, "apt-get"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "apt-get"), 0o755);
    process.env["PATH"] = `${folder}${delimiter}${path}`;
    try {
      work(join(folder, "unpacked"), join(folder, "cache"));
    } finally {
      process.env["PATH"] = path;
    }
  });
}

test("a package with another checksum is refused, and not stored", () =>
  withApt("echo forged >forged.deb", (folder, cache) => {
    const unpack = () => unpackPackages("arm64", { cache, sources: undefined }, folder);
    expect(unpack).toThrow(`the pinned one is ${pins.packages.libc6.sha256.arm64}`);
    expect([existsSync(folder), readdirSync(cache)]).toEqual([false, []]);
  }));

test("a stored package with another checksum is downloaded again", () =>
  withApt("echo forged >forged.deb", (folder, cache) => {
    mkdirSync(cache);
    writeFileSync(join(cache, `libc6_${version}_amd64.deb`), "damaged");
    const unpack = () => unpackPackages("amd64", { cache, sources: undefined }, folder);
    expect(unpack).toThrow(`the pinned one is ${pins.packages.libc6.sha256.amd64}`);
  }));

test("a version that no source has is an error with its name, the reason and what to do", () =>
  withApt('echo "E: Version not found" >&2; exit 100', (folder, cache) => {
    const unpack = () => unpackPackages("amd64", { cache, sources: undefined }, folder);
    expect(unpack).toThrow(`no package source has the pinned libc6 ${version} (amd64)`);
    expect(unpack).toThrow("npm run pin-image");
    expect(unpack).toThrow("E: Version not found");
  }));
