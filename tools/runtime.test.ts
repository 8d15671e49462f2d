import { expect, test } from "bun:test";
import { join } from "node:path";
import { readPins, runtimeFor, RuntimeError } from "./runtime.mjs";

const pins = readPins(join(import.meta.dir, ".."));
const advice = "Do something";

/** Chooses among packages that are installed in the folder `modules`. */
function choose(installed: readonly string[], machine: { platform: string; arch: string }) {
  const locate = (name: string, file: string) => (installed.includes(name) ? join("modules", name, file) : undefined);
  return runtimeFor(pins, { locate, advice }, machine);
}

const every = Object.keys(pins.packages);

test.each([
  ["darwin", "arm64", "@oven/bun-darwin-aarch64", "bin/bun"],
  ["darwin", "x64", "@oven/bun-darwin-x64", "bin/bun"],
  ["win32", "x64", "@oven/bun-windows-x64", "bin/bun.exe"],
  ["freebsd", "arm64", "@oven/bun-freebsd-aarch64", "bin/bun"],
])("%s on %s gets its package, even if all are installed", (platform, arch, name, file) => {
  expect(choose(every, { platform, arch })).toEqual({ name, path: join("modules", name, file) });
});

test("if two packages are installed that differ in the C library, the one for this C library is chosen", () => {
  const { name } = choose(every, { platform: "linux", arch: process.arch });
  expect(pins.packages[name]?.sha256).toBe(new Bun.CryptoHasher("sha256").update(running).digest("hex"));
});

const running = await Bun.file(process.execPath).bytes();

test("the only installed package that fits is chosen, because npm knows the C library better", () => {
  for (const name of ["@oven/bun-linux-x64", "@oven/bun-linux-x64-musl"]) {
    expect(choose([name], { platform: "linux", arch: "x64" }).name).toBe(name);
  }
});

test("a package that is not installed is named, with the advice", () => {
  const others = every.filter((name) => !name.includes("darwin"));
  const choice = () => choose(others, { platform: "darwin", arch: "x64" });
  expect(choice).toThrow(RuntimeError);
  expect(choice).toThrow("the runtime is missing: npm left out @oven/bun-darwin-x64. Do something");
});

test("a machine without a runtime is named", () => {
  expect(() => choose(every, { platform: "sunos", arch: "x64" })).toThrow(
    `Bun ${pins.version} is not built for sunos on x64`,
  );
  expect(() => choose(every, { platform: "linux", arch: "riscv64" })).toThrow("linux on riscv64");
});
