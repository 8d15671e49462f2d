import type { Target } from "../build/targets.ts";
import { targets } from "../build/targets.ts";

/** The architectures of the Debian package, by their Debian names, with the machine that the executable is built for. */
export const architectures = {
  amd64: targets["linux-x64"]!,
  arm64: targets["linux-arm64"]!,
} as const satisfies Readonly<Record<string, Target>>;

/** The Debian name of an architecture. */
export type Architecture = keyof typeof architectures;

/** Returns the Debian name of this machine's architecture. */
export function thisArchitecture(): Architecture {
  return process.arch === "arm64" ? "arm64" : "amd64";
}
