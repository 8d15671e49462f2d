import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checksumOf } from "../../tools/build/runtimes.ts";
import { platforms } from "../../tools/image/platforms.ts";
import { readLayout, type ImageIndex } from "../clients/layout.ts";
import type { Tree } from "../clients/tree.ts";
import type { Report } from "../streaming/report.ts";

const root = join(import.meta.dir, "..", "..");
const dist = join(root, "dist");

/** The image, as `npm run image` writes it. */
export interface BuiltImage {
  /** The folder of the layout. */
  readonly folder: string;
  /** The path of the archive with the image for this machine. */
  readonly archive: string;
  /** The tag of the image in the layout. */
  readonly tag: string;
  /** The digest of the index. */
  readonly digest: string;
  readonly platforms: Readonly<Record<string, BuiltPlatform>>;
}

/** The image of one kind of machine. */
export interface BuiltPlatform {
  readonly digest: string;
  readonly configDigest: string;
  readonly layerDigest: string;
  readonly tree: Tree;
  /** The path of the bill of materials. */
  readonly sbom: string;
}

/** Builds the image twice, compares the bytes, and returns it, or undefined if it cannot be built. */
export async function build(report: Report): Promise<BuiltImage | undefined> {
  let image: BuiltImage | undefined;
  await report.test("two builds have the same bytes", async () => {
    const builds = [await buildOnce({ TZ: "UTC" }), await buildOnce({ TZ: "Asia/Tokyo" })];
    image = await readImage();
    const [first, second] = builds.map((checksums) => checksums.join(", "));
    if (first !== second) throw new Error(`the SHA-256 of the files: ${first}; then ${second}`);
    return `SHA-256 of index.json, the archive and the bills of materials: ${first}`;
  });
  return image;
}

/** Returns the checksums of everything that a build writes. That of `index.json` covers the whole layout. */
async function buildOnce(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const command = [process.execPath, join(root, "tools", "image.ts")];
  const env = { ...process.env, ...environment };
  const child = Bun.spawn(command, { cwd: "/", env, stdout: "ignore", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error("the build failed; its output is above");
  return [join(dist, "image", "index.json"), archive, ...Object.values(sboms)].map((path) => checksumOf(path));
}

const archive = join(dist, "image.tar");
const sboms = Object.fromEntries(
  platforms.map(({ architecture }) => [architecture, join(dist, `image-${architecture}.cdx.json`)]),
);

/** Reads the layout, and verifies every digest in it. */
async function readImage(): Promise<BuiltImage> {
  const folder = join(dist, "image");
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8")) as ImageIndex;
  const [tagged] = read("index.json").manifests;
  if (tagged === undefined) throw new Error("the layout has no image");
  const { manifests } = read(join("blobs", ...tagged.digest.split(":")));
  const built = await Promise.all(
    manifests.map(async ({ digest, platform }) => {
      const architecture = platform!.architecture;
      const { configDigest, tree } = await readLayout(folder, architecture);
      const { layers } = JSON.parse(readFileSync(join(folder, "blobs", ...digest.split(":")), "utf8")) as Layers;
      return [architecture, { digest, configDigest, layerDigest: layers[0]!.digest, tree, sbom: sboms[architecture]! }];
    }),
  );
  const tag = tagged.annotations?.["org.opencontainers.image.ref.name"] ?? "";
  return {
    folder,
    archive,
    tag,
    digest: tagged.digest,
    platforms: Object.fromEntries(built) as BuiltImage["platforms"],
  };
}

interface Layers {
  readonly layers: readonly { readonly digest: string }[];
}
