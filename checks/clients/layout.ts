// Writes OCI image layouts, and reads images back out of layouts and other folders of blobs, checking every digest.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { LayerSource } from "./real-files.ts";
import { assert, assertEqual } from "./assertions.ts";
import { mergeLayers, treeOfTar, type Tree } from "./tree.ts";

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly architecture: string; readonly os: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

export interface ImageManifest {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface ImageIndex {
  readonly manifests: readonly Descriptor[];
}

export interface Layout {
  readonly folder: string;
  readonly manifest: Descriptor;
}

/** The content that a client has after a pull. */
export interface PulledImage {
  /** The digest that the client reports for the reference. */
  readonly manifestDigest: string;
  readonly configDigest: string;
  readonly tree: Tree;
}

const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

export interface LayoutRequest {
  readonly folder: string;
  readonly tag: string;
  readonly architecture: string;
  readonly layers: readonly LayerSource[];
  readonly compress: boolean;
}

export async function writeLayout(request: LayoutRequest): Promise<Layout> {
  const { folder } = request;
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  const layers: Descriptor[] = [];
  const diffIds: string[] = [];
  for (const layer of request.layers) {
    diffIds.push(await digestOfFile(layer.tarFile));
    layers.push(await addLayer(folder, layer.tarFile, request.compress));
  }
  const config = addJson(folder, "application/vnd.oci.image.config.v1+json", {
    created: "2020-01-01T00:00:00Z",
    architecture: request.architecture,
    os: "linux",
    config: { Cmd: ["/bin/sh"] },
    rootfs: { type: "layers", diff_ids: diffIds },
    history: diffIds.map(() => ({ created: "2020-01-01T00:00:00Z", created_by: "tar" })),
  });
  const manifest = addJson(folder, MANIFEST_TYPE, { schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers });
  writeIndexFile(folder, request.tag, manifest);
  return { folder, manifest: { ...manifest, platform: { architecture: request.architecture, os: "linux" } } };
}

/** A layout whose only entry is an index of the given layouts' images, with all their blobs. */
export async function joinLayouts(folder: string, tag: string, layouts: readonly Layout[]): Promise<Layout> {
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  for (const layout of layouts) {
    const blobs = new Bun.Glob("*").scanSync({ cwd: join(layout.folder, "blobs", "sha256") });
    for (const hex of blobs) await Bun.write(blobPath(folder, hex), Bun.file(blobPath(layout.folder, hex)));
  }
  const manifests = layouts.map((layout) => layout.manifest);
  const index = addJson(folder, INDEX_TYPE, { schemaVersion: 2, mediaType: INDEX_TYPE, manifests });
  writeIndexFile(folder, tag, index);
  return { folder, manifest: index };
}

/** Reads the only image of a layout that a client has written; in an index, the one of the given architecture. */
export async function readLayout(folder: string, architecture = "amd64"): Promise<PulledImage> {
  const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as ImageIndex;
  const [entry] = index.manifests;
  assert(entry !== undefined, `${folder}/index.json names no manifest`);
  return readImage(entry.digest, architecture, (hex) => blobPath(folder, hex));
}

/** Reads an image from files that are named by digest; throws when a file's bytes do not have the digest. */
export async function readImage(
  digest: string,
  architecture: string,
  fileOf: (hex: string) => string,
): Promise<PulledImage> {
  const document = JSON.parse(await readVerified(digest, fileOf)) as ImageManifest | ImageIndex;
  if ("manifests" in document) {
    const entry = document.manifests.find((manifest) => manifest.platform?.architecture === architecture);
    assert(entry !== undefined, `the index ${digest} has nothing for ${architecture}`);
    const image = await readImage(entry.digest, architecture, fileOf);
    return { ...image, manifestDigest: digest };
  }
  const config = JSON.parse(await readVerified(document.config.digest, fileOf)) as {
    rootfs: { diff_ids: string[] };
  };
  assertEqual("number of layers against diff ids", document.layers.length, config.rootfs.diff_ids.length);
  const trees: Tree[] = [];
  for (const [position, layer] of document.layers.entries()) {
    trees.push(await readLayer(layer, config.rootfs.diff_ids[position] ?? "", fileOf));
  }
  return { manifestDigest: digest, configDigest: document.config.digest, tree: mergeLayers(trees) };
}

export function digestOfBytes(bytes: Uint8Array | string, algorithm = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/** The digest that bytes have by the algorithm of another digest. */
export function digestLike(other: string, bytes: Uint8Array | string): string {
  return digestOfBytes(bytes, other.slice(0, other.indexOf(":")));
}

export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** The file of a blob in a layout. */
export function blobFile(folder: string, digest: string): string {
  return join(folder, "blobs", ...digest.split(":"));
}

function blobPath(folder: string, hex: string): string {
  return blobFile(folder, `sha256:${hex}`);
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of Bun.file(path).stream()) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}

async function addLayer(folder: string, tarFile: string, compress: boolean): Promise<Descriptor> {
  const temporary = join(folder, "layer.tmp");
  if (compress) await Bun.write(temporary, Bun.gzipSync(await Bun.file(tarFile).bytes()));
  else await Bun.write(temporary, Bun.file(tarFile));
  const digest = await digestOfFile(temporary);
  const size = Bun.file(temporary).size;
  renameSync(temporary, blobPath(folder, hexOf(digest)));
  return { mediaType: `application/vnd.oci.image.layer.v1.tar${compress ? "+gzip" : ""}`, digest, size };
}

function addJson(folder: string, mediaType: string, value: unknown): Descriptor {
  const bytes = JSON.stringify(value);
  const digest = digestOfBytes(bytes);
  writeFileSync(blobPath(folder, hexOf(digest)), bytes);
  return { mediaType, digest, size: Buffer.byteLength(bytes) };
}

function writeIndexFile(folder: string, tag: string, manifest: Descriptor): void {
  const entry = { ...manifest, annotations: { "org.opencontainers.image.ref.name": tag } };
  writeFileSync(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
}

async function readVerified(digest: string, fileOf: (hex: string) => string): Promise<string> {
  const bytes = await Bun.file(fileOf(hexOf(digest))).bytes();
  assertEqual("digest of a pulled file", digestOfBytes(bytes), digest);
  return new TextDecoder().decode(bytes);
}

/** Reads a layer's files and checks both of its digests: as it was transferred, and unpacked. */
async function readLayer(layer: Descriptor, diffId: string, fileOf: (hex: string) => string): Promise<Tree> {
  const file = Bun.file(fileOf(hexOf(layer.digest)));
  const transferred = createHash("sha256");
  const unpacked = createHash("sha256");
  const gzipMagic = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isCompressed = gzipMagic[0] === 0x1f && gzipMagic[1] === 0x8b;
  const stored = hashing(file.stream(), transferred);
  const tree = isCompressed
    ? await treeOfTar(hashing(Readable.from(stored).pipe(createGunzip()), unpacked))
    : await treeOfTar(stored);
  const digest = `sha256:${transferred.digest("hex")}`;
  assertEqual("digest of a pulled layer", digest, layer.digest);
  assertEqual("size of a pulled layer", file.size, layer.size);
  assertEqual("diff id of a pulled layer", isCompressed ? `sha256:${unpacked.digest("hex")}` : digest, diffId);
  return tree;
}

async function* hashing(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}
