/** Content for the contract tests of a metadata store: real documents, parsed by the real parser. */
import { expect } from "bun:test";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { parseManifest, type Manifest } from "../../oci/manifest.ts";
import { packManifest, packReferences } from "../../oci/packed-manifest.ts";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import { parseTag, type Tag } from "../../oci/reference.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/repository-name.ts";
import {
  resolvedReferences,
  type ManifestWrite,
  type MetadataStore,
  type NewBlob,
  type PutOutcome,
  type UploadRecord,
  type RepeatedPush,
} from "../store.ts";

/** Returns the store of the test that runs now. */
export type CurrentStore = () => MetadataStore;

/** Milliseconds of an hour. */
export const hour = 3_600_000;
/** The time at which the tests run, unless they say another. */
export const now = Date.UTC(2026, 0, 1);
/** The end of a pin that is made at `now`. */
export const pinnedUntil = now + 24 * hour;
const purgeAfter = now + 48 * hour;

/** Parses the name of a repository. */
export function repository(text: string): RepositoryName {
  const name = parseRepositoryName(text);
  if (!name) throw new Error(`${text} is no repository name`);
  return name;
}

/** Parses a tag. */
export function tag(text: string): Tag {
  const name = parseTag(text);
  if (!name) throw new Error(`${text} is no tag`);
  return name;
}

/** Returns the sha256 digest of a text. */
export function digest(text: string): Digest {
  return digestOf(Buffer.from(text));
}

/** Returns a tarsum for a text. A store does not check tarsums. */
export function tarsumOf(text: string): Digest {
  return `tarsum.v1+${digest(text)}` as Digest;
}

/** Builds an upload session. */
export function session(name: RepositoryName, changes: Partial<UploadRecord> = {}): UploadRecord {
  const id = crypto.randomUUID();
  return { id, repository: name, algorithm: "sha256", offset: 0, startedAt: now, expiresAt: now + hour, ...changes };
}

/** A blob with the upload session that ends with it. */
export type ReceivedBlob = NewBlob & { readonly upload: string };

/** Starts the upload session of a blob, and returns the blob, ready for its commit. */
export async function received(
  store: MetadataStore,
  name: RepositoryName,
  text: string,
  changes: Partial<ReceivedBlob> = {},
): Promise<ReceivedBlob> {
  const upload = session(name);
  await store.startUpload(upload);
  const named = { repository: name, digest: digest(text), key: `blobs/${upload.id}`, upload: upload.id };
  return { ...named, size: Buffer.byteLength(text), at: now, pinnedUntil, ...changes };
}

/** Commits a blob with the bytes of a text. */
export async function pushBlob(store: MetadataStore, name: RepositoryName, text: string): Promise<ReceivedBlob> {
  const blob = await received(store, name, text);
  expect(await store.commitBlob(blob)).toBeDefined();
  return blob;
}

/** A manifest with its bytes and its parsed form. */
export interface Document {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
}

/** A layer or configuration, as a manifest describes it. */
export interface Layer {
  readonly digest: Digest;
  readonly size: number;
  readonly foreign?: boolean;
}

function descriptor({ digest: of, size, foreign }: Layer): object {
  const mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
  return { mediaType, digest: of, size, ...(foreign && { urls: ["https://example.com/layer"] }) };
}

function document(fields: object, mediaType: MediaType): Document {
  const bytes = new Uint8Array(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields })));
  return { digest: digestOf(bytes), bytes, manifest: parseManifest(bytes, mediaType) };
}

/** Builds an image manifest. The first layer is the configuration. `extra` has additional members of the document. */
export function image([config, ...layers]: readonly [Layer, ...Layer[]], extra: object = {}): Document {
  const configuration = { ...descriptor(config), mediaType: "application/vnd.oci.image.config.v1+json" };
  return document({ config: configuration, layers: layers.map(descriptor), ...extra }, mediaTypes.ociManifest);
}

/** Builds an index of manifests. */
export function index(children: readonly Document[], extra: object = {}): Document {
  return document({ manifests: children.map(manifestDescriptor), ...extra }, mediaTypes.ociIndex);
}

/** Builds an image manifest that refers to no other content. */
export function lone(label: string, extra: object = {}): Document {
  return index([], { annotations: { label }, ...extra });
}

/** Returns the descriptor of a document. */
export function manifestDescriptor({ digest: of, bytes, manifest }: Document): object {
  return { mediaType: manifest.mediaType, digest: of, size: bytes.length };
}

/**
 * Stores a manifest: the last step of a push. `references` is the result of the lookup of its references; absent, it has
 * none.
 */
export function put(
  name: RepositoryName,
  content: Document,
  tags: readonly Tag[] = [],
  changes: Partial<ManifestWrite> = {},
): ManifestWrite {
  const { manifest, ...known } = content;
  const packed = packManifest(manifest);
  const references = resolvedReferences([]);
  return { repository: name, ...known, packed, references, tags, at: now, pinnedUntil, ...changes };
}

/** Looks up the references of a manifest. */
export function lookUp(store: MetadataStore, name: RepositoryName, content: Document, byAlias?: boolean) {
  return store.references(name, packReferences(content.manifest), byAlias);
}

/**
 * Pushes an index whose manifests may be missing (the setting `sparse-indexes`). Returns the missing content other than
 * the manifests.
 */
export async function pushSparse(store: MetadataStore, name: RepositoryName, content: Document): Promise<PutOutcome> {
  const { missing, resolved } = await store.references(name, packReferences(content.manifest, true));
  if (missing.length > 0) return { missing };
  return store.putManifest(put(name, content, [], { references: resolved }));
}

/** Pushes a manifest like the registry does: looks up its references, and stores it if nothing is missing. */
export async function tryPush(
  store: MetadataStore,
  name: RepositoryName,
  content: Document,
  tags: readonly Tag[] = [],
  changes: Partial<ManifestWrite> = {},
): Promise<PutOutcome> {
  const { missing, resolved } = await lookUp(store, name, content, changes.byAlias);
  if (missing.length > 0) return { missing };
  return store.putManifest(put(name, content, tags, { references: resolved, ...changes }));
}

/** Pushes a manifest, and returns the references that are missing. Throws if another reason stops the push. */
export async function missingFrom(store: MetadataStore, name: RepositoryName, content: Document): Promise<Digest[]> {
  const outcome = await tryPush(store, name, content, [tag("latest")]);
  if (typeof outcome === "string" || !("missing" in outcome))
    throw new Error(`the push ended as ${JSON.stringify(outcome)}`);
  return outcome.missing.toSorted();
}

/** Returns the parameter of `isStored` for a manifest whose references all exist. */
export async function standing(
  store: MetadataStore,
  name: RepositoryName,
  content: Document,
  tags: readonly Tag[] = [],
): Promise<RepeatedPush> {
  const { resolved: references } = await lookUp(store, name, content);
  const { digest: of, bytes, manifest } = content;
  return { repository: name, digest: of, bytes, mediaType: manifest.mediaType, references, tags };
}

/** Pushes a manifest whose references all exist. */
export async function pushManifest(
  store: MetadataStore,
  name: RepositoryName,
  content: Document,
  tags: readonly Tag[] = [],
  at = now,
): Promise<void> {
  expect(await tryPush(store, name, content, tags, { at })).toBe("stored");
}

/** Builds a deletion. */
export function deletion(name: RepositoryName, of: Digest, at = now): Parameters<MetadataStore["deleteBlob"]>[0] {
  return { repository: name, digest: of, at, purgeAfter };
}
