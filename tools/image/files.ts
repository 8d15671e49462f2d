import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { dataFolder, executable, user } from "./config.ts";
import type { PackageName, Packages } from "./packages.ts";
import type { Platform } from "./platforms.ts";
import type { Entry } from "./tar.ts";

const root = join(import.meta.dir, "..", "..");

/** The libraries that the executable loads. The C library loads `libgcc_s` for `pthread_exit` and `backtrace`. */
const libraries: Readonly<Partial<Record<PackageName, readonly string[]>>> = {
  libc6: ["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"],
  "libgcc-s1": ["libgcc_s.so.1"],
};
const libraryPackages = Object.keys(libraries) as PackageName[];

/** The texts of `/etc`. The C library looks up users and host names there. */
const texts: Readonly<Record<string, string>> = {
  "etc/group": `root:x:0:\nlading:x:${user}:\n`,
  "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  // Scanners find known defects of the C library by the distribution and the list of packages.
  "etc/os-release": 'PRETTY_NAME="Lading"\nID=debian\nVERSION_ID="12"\n',
  "etc/passwd": `root:x:0:0:root:/:/nonexistent\nlading:x:${user}:${user}:Lading:/data:/nonexistent\n`,
  "etc/ssl/certs/ca-certificates.crt": `${rootCertificates.map((pem) => pem.trim()).join("\n")}\n`,
};

/** What the image of one kind of machine consists of. */
export interface Contents {
  readonly platform: Platform;
  readonly packages: Packages;
  /** The bytes of the executable. */
  readonly lading: Uint8Array;
  readonly sbom: string;
}

/** Returns all files and folders of an image. */
export function filesOf({ platform, packages, lading, sbom }: Contents): Entry[] {
  return [
    { path: executable, bytes: lading, mode: 0o755 },
    { path: dataFolder, owner: user, mode: 0o700 },
    { path: "tmp/", mode: 0o1777 },
    ...Object.entries(texts).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    ...librariesOf(platform, packages),
    ...licencesOf(packages),
    { path: "usr/share/doc/lading/sbom.cdx.json", bytes: Buffer.from(sbom) },
  ];
}

function librariesOf({ libraries: folder, linker, linkerLink }: Platform, packages: Packages): Entry[] {
  const read = (name: PackageName, file: string, mode: number) => {
    const path = `${folder}/${file}`;
    return { path, bytes: packages.read(name, path), mode };
  };
  return [
    read("libc6", linker, 0o755),
    linkerLink,
    ...libraryPackages.flatMap((name) => libraries[name]!.map((file) => read(name, file, 0o644))),
    ...libraryPackages.map((name) => ({ path: `var/lib/dpkg/status.d/${name}`, bytes: packages.control(name) })),
  ];
}

/** The licences of everything in the image. */
function licencesOf(packages: Packages): Entry[] {
  const copyrights: Readonly<Record<string, Buffer>> = {
    bun: readFileSync(join(root, "node_modules", "bun-types", "docs", "project", "license.mdx")),
    "ca-certificates": Buffer.from(certificatesLicence),
    lading: readFileSync(join(root, "LICENSE")),
    libc6: packages.read("libc6", "usr/share/doc/libc6/copyright"),
    "libgcc-s1": packages.read("gcc-12-base", "usr/share/doc/gcc-12-base/copyright"),
  };
  return Object.entries(copyrights).map(([name, bytes]) => ({ path: `usr/share/doc/${name}/copyright`, bytes }));
}

const certificatesLicence =
  "The file /etc/ssl/certs/ca-certificates.crt has the root certificates of Mozilla's CA program, as Bun contains\n" +
  "them. The list of Mozilla is licensed under the Mozilla Public License 2.0: https://mozilla.org/MPL/2.0/\n";
