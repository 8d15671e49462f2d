import type { Architecture } from "./architectures.ts";

/** What differs between two packages. */
export interface Release {
  /** The Debian version. */
  readonly version: string;
  readonly architecture: Architecture;
  /** The time of the commit in seconds since 1970, which all files of the package have. */
  readonly epoch: number;
}

/** The maintainers, in the format of Debian. The project has no mail address (SECURITY.md says how to reach it). */
const maintainer = "Lading maintainers <maintainers@lading.invalid>";

/** The oldest C library that has all symbols of the runtime. `scripts/deb` compares it with the executable. */
export const leastLibc = "2.17";

/** Returns the file `control` of a package whose files have this size. */
export function controlFile({ version, architecture }: Release, bytes: number): string {
  return `Package: lading
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${Math.ceil(bytes / 1024)}
Depends: libc6 (>= ${leastLibc}), systemd | systemd-standalone-sysusers | systemd-sysusers
Section: net
Priority: optional
Description: registry for container images and other OCI artifacts
 Lading implements the OCI Distribution Specification and the Docker Registry
 HTTP API V2. It is one program that needs no database server, no cache and no
 object storage.
 .
 The package runs Lading as a service on 127.0.0.1:5000, with all data in
 /var/lib/lading.
`;
}

/** Returns the changelog in the format of Debian. */
export function changelog({ version, epoch }: Release): string {
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  return `lading (${version}) unstable; urgency=medium

  * Release of Lading ${version}. NEWS.gz lists the changes.

 -- ${maintainer}  ${date}
`;
}
