import type { Component } from "./sbom.ts";

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

/**
 * The libraries of the runtime as components. The runtime states a version or a commit of each; the one that runs this has
 * the version of the pins.
 */
export function runtimeLibraries(): Component[] {
  return Object.entries(libraryLicenses).flatMap(([name, license]) => {
    const version = process.versions[name];
    if (version === undefined) throw new Error(`the runtime does not state the version of ${name}`);
    return { type: "library", name, version, purl: `pkg:generic/${name}@${version}`, license } as const;
  });
}
