import lock from "../../package-lock.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import pins from "../runtime-pins.json" with { type: "json" };
import type { RuntimePackage } from "../build/runtimes.ts";
import { runtimeComponent, type Bill, type Component } from "./sbom.ts";

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
    components: [...runtimes, ...packageComponents(lock.packages), ...libraries()],
  };
}

/** Returns the installed packages that neither development nor the choice of the runtime needs. */
export function packageComponents(packages: Readonly<Record<string, object>>): Component[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const name = path.split("node_modules/").at(-1)!;
    const { version, license = "NOASSERTION", dev } = entry as Entry;
    if (path === "" || dev || name in pins.packages) return [];
    const purl = `pkg:npm/${encodeURIComponent(name).replace("%2F", "/")}@${version}`;
    return [{ type: "library", name, version, purl, license } as const];
  });
}

/** The libraries that the runtime contains, by the names of `process.versions`. Their licences are those of their projects. */
const libraryLicenses: Readonly<Record<string, string>> = {
  ares: "MIT",
  boringssl: "Apache-2.0 AND ISC AND BSD-3-Clause",
  icu: "Unicode-3.0",
  libarchive: "BSD-2-Clause",
  libdeflate: "MIT",
  llhttp: "MIT",
  lolhtml: "BSD-3-Clause",
  lshpack: "MIT",
  mimalloc: "MIT",
  picohttpparser: "MIT",
  sqlite: "blessing",
  tinycc: "LGPL-2.1-or-later",
  usockets: "Apache-2.0",
  uwebsockets: "Apache-2.0",
  webkit: "LGPL-2.0-or-later AND BSD-2-Clause",
  zlib: "Zlib",
  zstd: "BSD-3-Clause",
};

/** The runtime states a version or a commit of each. The runtime that runs this has the version of the pins. */
function libraries(): Component[] {
  return Object.entries(libraryLicenses).flatMap(([name, license]) => {
    const version = process.versions[name];
    if (version === undefined) throw new Error(`the runtime does not state the version of ${name}`);
    return { type: "library", name, version, purl: `pkg:generic/${name}@${version}`, license } as const;
  });
}
