/** The files of the Debian package. */
import { gzipSync } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { completions } from "../../src/cli/completion/completion.ts";
import { manualPage } from "../../src/cli/manual-page.ts";
import { exampleDocument } from "../../src/config/documents/example.ts";
import { changelog, controlFile, type Release } from "./control.ts";

const root = join(import.meta.dir, "..", "..");

/** A file of the package. */
export interface PackagedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
}

const text = (path: string) => readFileSync(join(root, path), "utf8");
const maintainerScripts = ["postinst", "prerm", "postrm"];
const configuration = "etc/lading/lading.yml";

/** Returns all files except for the executable. */
export function filesOf(release: Release): PackagedFile[] {
  return Object.entries({
    [configuration]: text("examples/systemd/lading.yml"),
    "usr/lib/systemd/system/lading.service": serviceUnit(),
    "usr/lib/sysusers.d/lading.conf": text("packaging/deb/sysusers.conf"),
    "usr/share/bash-completion/completions/lading": completions.bash(),
    "usr/share/zsh/vendor-completions/_lading": completions.zsh(),
    "usr/share/fish/vendor_completions.d/lading.fish": completions.fish(),
    "usr/share/man/man1/lading.1.gz": compress(manualPage(release.version)),
    "usr/share/doc/lading/copyright": text("packaging/deb/copyright"),
    "usr/share/doc/lading/changelog.gz": compress(changelog(release)),
    "usr/share/doc/lading/NEWS.gz": compress(text("CHANGELOG.md")),
    "usr/share/doc/lading/examples/lading.yml": exampleDocument(),
    "usr/share/lintian/overrides/lading": text("packaging/deb/lintian-overrides"),
  }).map(([path, content]) => ({ path, content, mode: 0o644 }));
}

/** Returns the files that tell dpkg about the package. `installed` has all of its other files. */
export function controlFilesOf(release: Release, installed: readonly PackagedFile[]): PackagedFile[] {
  const bytes = installed.reduce((sum, { content }) => sum + content.length, 0);
  const scripts = maintainerScripts.map((name) => control(name, text(`packaging/deb/${name}`), 0o755));
  return [
    control("control", controlFile(release, bytes)),
    control("conffiles", `/${configuration}\n`),
    control(
      "md5sums",
      installed
        .filter(({ path }) => path !== configuration)
        .map(checksumLine)
        .join(""),
    ),
    ...scripts,
  ];
}

/** The unit of the example, with the executable in the folder for packages. */
function serviceUnit(): string {
  return text("examples/systemd/lading.service")
    .replace(
      "# Lading as a system service. The Debian package has the same unit, with the executable in /usr/bin.\n",
      "",
    )
    .replace("=/usr/local/bin/", "=/usr/bin/");
}

function control(name: string, content: string, mode = 0o644): PackagedFile {
  return { path: `DEBIAN/${name}`, content, mode };
}

function checksumLine({ path, content }: PackagedFile): string {
  return `${new Bun.CryptoHasher("md5").update(content).digest("hex")}  ${path}\n`;
}

/** The header has no time, so that the same text gives the same bytes. */
function compress(content: string): Uint8Array {
  return gzipSync(content, { level: 9 });
}
