/**
 * The checks before the runtime runs: which packages are installed, from which source, and that the executable is the
 * pinned one.
 */
import { afterAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import pins from "../../tools/runtime-pins.json" with { type: "json" };
import { patienceMs } from "../support/patience.ts";
import { root, userEnvironment } from "../support/started.ts";

setDefaultTimeout(patienceMs);

interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

interface Entry {
  readonly version: string;
  readonly integrity?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
const entries = Object.entries(lock.packages).filter(([path]) => path !== "");

describe("M18: the lock file and the pins", () => {
  test("every package has a checksum, no install script, and no address of a registry", () => {
    for (const [path, entry] of entries) {
      expect([path, entry.integrity?.startsWith("sha512-")]).toEqual([path, true]);
      expect([path, entry.hasInstallScript, "resolved" in entry]).toEqual([path, undefined, false]);
    }
  });

  test("every package of the runtime is pinned to one version, with the checksum in the lock file", () => {
    const names = Object.keys(manifest.optionalDependencies);
    expect(Object.keys(pins.packages).toSorted()).toEqual(names.toSorted());
    for (const [name, { tarball, sha256, file, ...machine }] of Object.entries(pins.packages)) {
      const { version, integrity, os, cpu, libc } = lock.packages[`node_modules/${name}`]!;
      expect([file, machine]).toEqual([file, { os, cpu, ...(libc && { libc }) } as typeof machine]);
      expect([version, integrity]).toEqual([pins.version, tarball]);
      expect(Object.entries(manifest.optionalDependencies)).toContainEqual([name, pins.version]);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test("the runtime that runs this test is pinned", () => {
    const hash = new Bun.CryptoHasher("sha256").update(readFileSync(process.execPath)).digest("hex");
    expect(Object.values(pins.packages).map(({ sha256 }) => sha256)).toContain(hash);
  });
});

/** A project with the same structure. Its runtime is a script, and its npm copies the files in `given`. */
class Project {
  readonly path = mkdtempSync(join(tmpdir(), "lading-bootstrap-"));
  readonly packageName = Object.keys(pins.packages).find((name) => {
    const { os, cpu, libc } = lock.packages[`node_modules/${name}`]!;
    return os!.includes(process.platform) && cpu!.includes(process.arch) && (libc?.includes("glibc") ?? true);
  })!;

  constructor() {
    cpSync(join(root, "tools"), join(this.path, "tools"), { recursive: true });
    const dev = { typescript: "1.0.0" };
    this.write("package.json", JSON.stringify({ name: "project", devDependencies: dev }));
    const executable = "#!/bin/sh\necho it runs\n";
    const tarball = "sha512-of-the-tarball";
    const sha256 = new Bun.CryptoHasher("sha256").update(executable).digest("hex");
    const entry = { ...lock.packages[`node_modules/${this.packageName}`], version: "1.0.0", integrity: tarball };
    this.write("package-lock.json", JSON.stringify({ packages: { [`node_modules/${this.packageName}`]: entry } }));
    const { os, cpu, libc } = entry;
    const packages = { [this.packageName]: { tarball, file: "bin/bun", sha256, os, cpu, libc } };
    this.write("tools/runtime-pins.json", JSON.stringify({ version: "1.0.0", packages }));
    this.write(`given/${this.packageName}/bin/bun`, executable);
    chmodSync(join(this.path, "given", this.packageName, "bin/bun"), 0o755);
    this.write("given/typescript/package.json", "{}");
    const npm = [
      "#!/bin/sh",
      'echo "$*" >>npm-calls',
      "rm -rf node_modules && cp -R given node_modules",
      'case "$*" in *--omit=dev*) rm -r node_modules/typescript ;; esac',
    ];
    this.write("path/npm", npm.join("\n"));
    chmodSync(join(this.path, "path/npm"), 0o755);
  }

  get executable(): string {
    return join(this.path, "node_modules", this.packageName, "bin/bun");
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), text);
  }

  npmCalls(): string[] {
    try {
      return readFileSync(join(this.path, "npm-calls"), "utf8").trimEnd().split("\n");
    } catch {
      return [];
    }
  }

  /** Runs the command like a script of package.json: first the bootstrap, then the command. */
  start(...flags: readonly string[]): { code: number; out: string; err: string } {
    const script = `node tools/bootstrap.mjs ${flags.join(" ")} && exec node_modules/.bin/bun`;
    const environment = userEnvironment();
    const { exitCode, stdout, stderr } = Bun.spawnSync(["sh", "-c", script], {
      cwd: this.path,
      env: { ...environment, PATH: `${join(this.path, "path")}:${environment["PATH"]}` },
    });
    return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

describe("M18: the bootstrap", () => {
  let project: Project;
  beforeEach(() => {
    project?.remove();
    project = new Project();
  });
  afterAll(() => project.remove());

  const expectRefusal = (...words: readonly string[]) => {
    const { code, out, err } = project.start("--omit-dev");
    expect([code, out]).toEqual([1, ""]);
    for (const word of words) expect(err).toContain(word);
  };

  test("a start installs once without development packages and scripts; the tests install the rest", () => {
    expect(project.start("--omit-dev")).toMatchObject({ code: 0, out: "it runs\n" });
    expect(project.start("--omit-dev")).toEqual({ code: 0, out: "it runs\n", err: "" });
    expect(project.npmCalls()).toEqual(["ci --omit=dev --include=optional --ignore-scripts --loglevel=error"]);
    expect(project.start().code).toBe(0);
    expect(project.npmCalls().slice(1)).toEqual([
      "ci --include=dev --include=optional --ignore-scripts --loglevel=error",
    ]);
    // The installed packages suffice for both.
    expect([project.start("--omit-dev").err, project.start().err]).toEqual(["", ""]);
    // Installed development packages stay when the lock file changes.
    appendFileSync(join(project.path, "package-lock.json"), "\n");
    expect(project.start("--omit-dev").code).toBe(0);
    expect(project.npmCalls()[2]).toContain("--include=dev");
  });

  test("an executable that changed after the install is not run, even with its old timestamps", () => {
    expect(project.start("--omit-dev").code).toBe(0);
    const { atime, mtime } = statSync(project.executable);
    writeFileSync(project.executable, "#!/bin/sh\necho it RUNS\n");
    utimesSync(project.executable, atime, mtime);
    expectRefusal(`${project.packageName}/bin/bun is not the runtime`, "tools/runtime-pins.json", "SHA-256");
  });

  test("an executable with another checksum is not run", () => {
    project.write(`given/${project.packageName}/bin/bun`, "#!/bin/sh\necho other\n");
    expectRefusal("is not the runtime");
  });

  test("a package that npm left out, for example for a wrong checksum, is reported at each start", () => {
    rmSync(join(project.path, "given", project.packageName), { recursive: true });
    for (let times = 0; times < 2; times += 1) expectRefusal("the runtime is missing", project.packageName);
    expect(project.npmCalls()).toHaveLength(2);
  });

  for (const [what, from, to] of [
    ["another checksum", "sha512-of-the-tarball", "sha512-other"],
    ["no checksum", '"integrity":"sha512-of-the-tarball",', ""],
    ["another version", '"version":"1.0.0"', '"version":"1.0.1"'],
  ] as const) {
    test(`a lock file with ${what} of the runtime is refused, before and after the install`, () => {
      const file = "package-lock.json";
      const text = readFileSync(join(project.path, file), "utf8");
      expect(text).toContain(from);
      project.write(file, text.replace(from, to));
      expectRefusal("package-lock.json and tools/runtime-pins.json disagree", project.packageName);
      expect(project.npmCalls()).toEqual([]);
      project.write(file, text);
      expect(project.start("--omit-dev").code).toBe(0);
      project.write(file, text.replace(from, to));
      expectRefusal("disagree");
    });
  }

  test("a failure of npm is reported, and nothing runs", () => {
    project.write("path/npm", "#!/bin/sh\nexit 3\n");
    expectRefusal("'npm ci' failed: it ended with code 3");
  });

  test("a user without write access to node_modules can start the installed runtime", () => {
    expect(project.start("--omit-dev").code).toBe(0);
    const stamp = join(project.path, "node_modules", ".installed-from.json");
    const { lock: hash } = JSON.parse(readFileSync(stamp, "utf8")) as { lock: string };
    writeFileSync(stamp, JSON.stringify({ lock: hash }), { mode: 0o444 });
    expect(project.start("--omit-dev")).toEqual({ code: 0, out: "it runs\n", err: "" });
  });

  test("the old form of the command is refused, and the message has the new form", () => {
    const { code, err } = project.start("bun", "src/cli/main.ts");
    expect([code, err]).toEqual([2, expect.stringContaining("node tools/bootstrap.mjs && exec node_modules/.bin/bun")]);
  });
});
