import { expect, test } from "bun:test";
import { loadSettings } from "../../src/config/load.ts";
import { controlFilesOf, filesOf, type PackagedFile } from "./contents.ts";

const release = { version: "1.2.3", architecture: "arm64", epoch: 86_400 } as const;
const files = filesOf(release);
const contentOf = (all: readonly PackagedFile[], path: string) =>
  Buffer.from(all.find((file) => file.path === path)!.content).toString();
const unpacked = (path: string) =>
  new TextDecoder().decode(
    Bun.gunzipSync(files.find((file) => file.path === path)!.content as Uint8Array<ArrayBuffer>),
  );

test("the unit starts the packaged executable with the packaged configuration", () => {
  const unit = contentOf(files, "usr/lib/systemd/system/lading.service");
  expect(unit).toContain("\nExecStart=/usr/bin/lading serve --config /etc/lading/lading.yml\n");
  expect(unit).not.toContain("/usr/local");
  expect(unit).toStartWith("[Unit]\n");
});

test("the example has all settings, and is valid", async () => {
  const path = `${import.meta.dir}/../../docs/lading.yml`;
  expect(contentOf(files, "usr/share/doc/lading/examples/lading.yml")).toBe(await Bun.file(path).text());
  expect(loadSettings(["--config", path], {}).deletion).toBe(true);
});

test("the manual page and the changelog have the version, and no time of the build", () => {
  expect(unpacked("usr/share/man/man1/lading.1.gz")).toContain('"lading 1.2.3"');
  const changelog = unpacked("usr/share/doc/lading/changelog.gz");
  expect(changelog).toStartWith("lading (1.2.3) ");
  expect(changelog).toEndWith("  Fri, 02 Jan 1970 00:00:00 +0000\n");
  expect(filesOf(release)).toEqual(files);
});

test("dpkg gets the size, the checksums, the scripts and the configuration file", () => {
  const executable = { path: "usr/bin/lading", content: "x".repeat(2048), mode: 0o755 };
  const control = controlFilesOf(release, [executable, { path: "etc/lading/lading.yml", content: "y", mode: 0o644 }]);
  expect(contentOf(control, "DEBIAN/control")).toContain("\nArchitecture: arm64\n");
  expect(contentOf(control, "DEBIAN/control")).toContain("\nInstalled-Size: 3\n");
  expect(contentOf(control, "DEBIAN/md5sums")).toMatch(/^[0-9a-f]{32} {2}usr\/bin\/lading\n$/);
  expect(contentOf(control, "DEBIAN/conffiles")).toBe("/etc/lading/lading.yml\n");
  const scripts = control.filter(({ mode }) => mode === 0o755).map(({ path }) => path);
  expect(scripts).toEqual(["DEBIAN/postinst", "DEBIAN/prerm", "DEBIAN/postrm"]);
});

test("the shell accepts the maintainer scripts", () => {
  for (const { path, content, mode } of controlFilesOf(release, files)) {
    if (mode !== 0o755) continue;
    const { exitCode, stderr } = Bun.spawnSync(["sh", "-n"], { stdin: Buffer.from(content), stderr: "pipe" });
    expect([path, exitCode, stderr.toString()]).toEqual([path, 0, ""]);
  }
});
