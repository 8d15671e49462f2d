import { existsSync } from "node:fs";
import { join } from "node:path";
import { targets } from "../build/targets.ts";
import { readPins, runtimeFor } from "../runtime.mjs";

const root = join(import.meta.dir, "..", "..");

/** Returns the name of this machine in `targets`. */
export function ownTarget(): string {
  const locate = (name: string, file: string) => {
    const path = join(root, "node_modules", name, file);
    return existsSync(path) ? path : undefined;
  };
  const { name } = runtimeFor(readPins(root), { locate, advice: "Run npm ci" });
  const found = Object.entries(targets).find(([, { runtime }]) => runtime === name);
  if (found === undefined) throw new Error(`no executable is built for the machine of ${name}`);
  return found[0];
}
