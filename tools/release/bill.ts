import lock from "../../package-lock.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import pins from "../runtime-pins.json" with { type: "json" };
import type { RuntimePackage } from "../build/runtimes.ts";
import { runtimeLibraries } from "./runtime-libraries.ts";
import { npmPurl, runtimeComponent, type Bill, type Component } from "./sbom.ts";

interface Entry {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** Describes what the artifacts of a release consist of: Lading, the runtimes, and npm packages other than runtimes. */
export function releaseBill(time: Date): Bill {
  const { name, version, license } = manifest;
  const runtimes = (Object.keys(pins.packages) as RuntimePackage[]).map(runtimeComponent);
  return {
    subject: { type: "application", name, version, purl: `pkg:npm/${name}@${version}`, license },
    time,
    components: [...runtimes, ...packageComponents(lock.packages), ...runtimeLibraries()],
  };
}

/** Returns the installed packages that neither development nor the choice of the runtime needs. */
export function packageComponents(packages: Readonly<Record<string, object>>): Component[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const name = path.split("node_modules/").at(-1)!;
    const { version, license = "NOASSERTION", dev } = entry as Entry;
    if (path === "" || dev || name in pins.packages) return [];
    return [{ type: "library", name, version, purl: npmPurl(name, version), license } as const];
  });
}
