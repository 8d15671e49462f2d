import manifest from "../../package.json" with { type: "json" };
import { runtimeLibraries } from "../release/runtime-libraries.ts";
import { ladingComponent, runtimeComponent, type Bill, type Component } from "../release/sbom.ts";
import pins from "../image-pins.json" with { type: "json" };
import type { Platform } from "./platforms.ts";
import runtimePins from "../runtime-pins.json" with { type: "json" };

/** Describes what the image of one kind of machine consists of. `sha256` is that of its executable. */
export function billOf({ architecture, target }: Platform, time: Date, sha256: string): Bill {
  const { name, version, license } = manifest;
  const purl = `pkg:oci/${name}?arch=${architecture}&tag=${version}`;
  const debian = (component: keyof typeof pins.packages, spdx: string) =>
    debianComponent(component, architecture, spdx);
  return {
    subject: { type: "container", name, version, purl, license },
    time,
    components: [
      ladingComponent(sha256),
      runtimeComponent(target.runtime),
      ...runtimeLibraries(),
      debian("libc6", "LGPL-2.1-or-later"),
      debian("libgcc-s1", "GPL-3.0-or-later WITH GCC-exception-3.1"),
      certificates,
    ],
  };
}

/** The checksum is that of the package, of which the image has only some files. */
function debianComponent(
  name: keyof typeof pins.packages,
  architecture: Platform["architecture"],
  license: string,
): Component {
  const { version, sha256 } = pins.packages[name];
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`;
  return { type: "library", name, version, purl, license, sha256: sha256[architecture] };
}

/** The version of the certificates is that of the runtime, which contains them. */
const certificates: Component = {
  type: "data",
  name: "mozilla-root-certificates",
  version: runtimePins.version,
  purl: `pkg:generic/mozilla-root-certificates@${runtimePins.version}`,
  license: "MPL-2.0",
};
