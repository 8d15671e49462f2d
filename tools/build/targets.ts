import type pins from "../runtime-pins.json";

/** A machine that the executable can be built for. */
export interface Target {
  /** The npm package of the runtime for this machine. */
  readonly runtime: keyof typeof pins.packages;
  /** The name that Bun's compiler has for this machine. */
  readonly compiler: Bun.Build.CompileTarget;
  /** Whether the compiler leaves a signature that does not fit, so that the executable has to be signed again. */
  readonly unsigned?: boolean;
}

/** The machines that `npm run build -- --all` builds for. The executable for each is `dist/lading-NAME`. */
export const targets: Readonly<Record<string, Target>> = {
  "linux-x64": { runtime: "@oven/bun-linux-x64", compiler: "bun-linux-x64" },
  "linux-arm64": { runtime: "@oven/bun-linux-aarch64", compiler: "bun-linux-arm64" },
  "linux-x64-musl": { runtime: "@oven/bun-linux-x64-musl", compiler: "bun-linux-x64-musl" },
  "linux-arm64-musl": { runtime: "@oven/bun-linux-aarch64-musl", compiler: "bun-linux-arm64-musl" },
  "darwin-x64": { runtime: "@oven/bun-darwin-x64", compiler: "bun-darwin-x64", unsigned: true },
  "darwin-arm64": { runtime: "@oven/bun-darwin-aarch64", compiler: "bun-darwin-arm64" },
};
