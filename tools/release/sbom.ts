/** Writes software bills of materials (SBOM) in the format CycloneDX 1.6. */
import manifest from "../../package.json" with { type: "json" };
import type { RuntimePackage } from "../build/runtimes.ts";
import pins from "../runtime-pins.json" with { type: "json" };

/** The media type of a bill of materials in JSON. */
export const sbomMediaType = "application/vnd.cyclonedx+json";

/** Something that a published file consists of. */
export interface Component {
  readonly type: "application" | "container" | "data" | "library" | "platform";
  readonly name: string;
  readonly version: string;
  /** The package URL. It also identifies the component in the document. */
  readonly purl: string;
  /** An SPDX expression. */
  readonly license: string;
  /** The SHA-256 of its file, in hex. */
  readonly sha256?: string;
}

/** The content of a published file, such as an executable or an image. */
export interface Bill {
  readonly subject: Component;
  /** The time of the commit. The same commit gives the same document. */
  readonly time: Date;
  /** The parts of the subject. */
  readonly components: readonly Component[];
}

/** Returns the document as JSON. */
export function sbomOf({ subject, time, components }: Bill): string {
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { timestamp: time.toISOString(), component: describe(subject) },
    components: components.map(describe),
    dependencies: [{ ref: subject.purl, dependsOn: components.map(({ purl }) => purl) }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function describe({ type, name, version, purl, license, sha256 }: Component): object {
  return {
    type,
    "bom-ref": purl,
    name,
    version,
    ...(sha256 !== undefined && { hashes: [{ alg: "SHA-256", content: sha256 }] }),
    licenses: [{ expression: license }],
    purl,
  };
}

/** Lading as a component. `sha256` is that of the executable. */
export function ladingComponent(sha256: string): Component {
  const { name, version, license } = manifest;
  return { type: "application", name, version, purl: `pkg:generic/${name}@${version}`, license, sha256 };
}

/** Returns the package URL of an npm package. The slash after a scope stays as it is. */
export function npmPurl(name: string, version: string): string {
  return `pkg:npm/${encodeURIComponent(name).replace("%2F", "/")}@${version}`;
}

/** The runtime as a component. It is a part of every executable (`runtime-libraries.ts` has its libraries). */
export function runtimeComponent(name: RuntimePackage): Component {
  const { version, packages } = pins;
  return {
    type: "platform",
    name,
    version,
    purl: npmPurl(name, version),
    license: "MIT AND LGPL-2.0-or-later",
    sha256: packages[name].sha256,
  };
}
