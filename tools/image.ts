/** Writes the container image as an OCI layout, without a container engine: `npm run image`. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { commitOf } from "../src/cli/build-info.ts";
import { compile } from "./build/compile.ts";
import { runtimeOf } from "./build/runtimes.ts";
import { PackageError } from "./image/apt.ts";
import { archiveOf } from "./image/archive.ts";
import { billOf } from "./image/components.ts";
import { configOf, labelsOf, type Origin } from "./image/config.ts";
import { filesOf } from "./image/files.ts";
import { Layout, mediaTypes, sha256Of, type Descriptor } from "./image/layout.ts";
import { unpackPackages } from "./image/packages.ts";
import { nativeArchitecture, platforms, type Platform } from "./image/platforms.ts";
import { tarOf } from "./image/tar.ts";
import { commitTime } from "./release/commit-time.ts";
import { sbomOf } from "./release/sbom.ts";

const usage = `usage: npm run image [-- --sources FILE]
  Writes the image for ${platforms.map(({ architecture }) => `linux/${architecture}`).join(" and ")} into dist/image, an OCI layout, and its bills of materials into
  dist/image-ARCHITECTURE.cdx.json. dist/image.tar is the image for this machine, for docker load and podman load. It needs apt-get and dpkg-deb, and downloads Debian packages and runtimes at the first run.
  --sources FILE  package sources for apt (sources.list), instead of those of this machine`;

const root = join(import.meta.dir, "..");
const dist = join(root, "dist");
const downloads = join(root, "build");

function sourcesOf(): string | undefined {
  const options = { sources: { type: "string" }, help: { type: "boolean", short: "h", default: false } } as const;
  try {
    const { values } = parseArgs({ options });
    if (!values.help) return values.sources && resolve(values.sources);
    process.stdout.write(`${usage}\n`);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`);
    return process.exit(2);
  }
}

/** Builds the image of one kind of machine, and returns its manifest. */
async function addImage(layout: Layout, platform: Platform, origin: Origin, scratch: string): Promise<Descriptor> {
  const { architecture, variant } = platform;
  const folder = join(scratch, architecture);
  const packages = unpackPackages(architecture, { cache: join(downloads, "packages"), sources }, folder);
  const lading = await compileFor(platform, origin, join(folder, "lading"));
  const sbom = sbomOf(billOf(platform, origin.time, sha256Of(lading)));
  writeFileSync(join(dist, `image-${architecture}.cdx.json`), sbom);
  const layer = tarOf(filesOf({ platform, packages, lading, sbom }), origin.time.getTime() / 1000);
  // libdeflate gives the same bytes on x64 and arm64, and fewer than zlib.
  const layers = [layout.addBlob(mediaTypes.layer, Bun.gzipSync(layer, { library: "libdeflate", level: 6 }))];
  const config = layout.addJson(mediaTypes.config, configOf(platform, origin, `sha256:${sha256Of(layer)}`));
  const document = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers, annotations: labelsOf(origin) };
  const described = layout.addJson(mediaTypes.manifest, document);
  return { ...described, platform: { os: "linux", architecture, ...(variant !== undefined && { variant }) } };
}

async function compileFor({ target }: Platform, { info }: Origin, outfile: string): Promise<Uint8Array> {
  await compile({ outfile, runtime: runtimeOf(target.runtime, join(downloads, "runtimes")), target, info });
  return readFileSync(outfile);
}

/** Writes the image for this machine as an archive. */
function writeArchive(layout: Layout, images: readonly Descriptor[], { time }: Origin): void {
  const image = images.find(({ platform }) => platform?.architecture === nativeArchitecture)!;
  const names = [`lading:${manifest.version}`, "lading:latest"];
  writeFileSync(join(dist, "image.tar"), archiveOf(layout, image, names, time.getTime() / 1000));
}

/** Replaces the layout of an earlier build only when the new one is complete. */
async function build(origin: Origin): Promise<string> {
  mkdirSync(dist, { recursive: true });
  const scratch = mkdtempSync(join(dist, ".image-"));
  try {
    const layout = new Layout(join(scratch, "layout"));
    const manifests: Descriptor[] = [];
    for (const platform of platforms) manifests.push(await addImage(layout, platform, origin, scratch));
    const document = { schemaVersion: 2, mediaType: mediaTypes.index, manifests, annotations: labelsOf(origin) };
    const index = layout.addJson(mediaTypes.index, document);
    layout.tag(manifest.version, index);
    writeArchive(layout, manifests, origin);
    rmSync(join(dist, "image"), { recursive: true, force: true });
    renameSync(join(scratch, "layout"), join(dist, "image"));
    return index.digest;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const sources = sourcesOf();
const origin: Origin = { info: { commit: commitOf(root), installation: "image" }, time: commitTime(root) };
// The executable contains the paths of the source, relative to the current folder. The same commit gives the same bytes.
process.chdir(root);
try {
  process.stdout.write(`${await build(origin)}  dist/image\n`);
} catch (error) {
  if (!(error instanceof PackageError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exit(1);
}
