/** Content for the contract tests of a metadata store: real documents, read by the real parser. */
import { expect } from "bun:test";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { parseManifest, type Manifest } from "../../oci/manifest.ts";
import { packManifest, packReferences } from "../../oci/packed-manifest.ts";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import { parseTag, type Tag } from "../../oci/reference.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/repository-name.ts";
import {
  holding,
  type ManifestWrite,
  type MetadataStore,
  type NewBlob,
  type Unstored,
  type UploadRecord,
  type StandingManifest,
} from "../store.ts";

/** The store of the test that runs now. */
export type CurrentStore = () => MetadataStore;

export const hour = 3_600_000;
export const now = Date.UTC(2026, 0, 1);
export const pinnedUntil = now + 24 * hour;
const purgeAfter = now + 48 * hour;

export function repository(text: string): RepositoryName {
  const name = parseRepositoryName(text);
  if (!name) throw new Error(`${text} is no repository name`);
  return name;
}

export function tag(text: string): Tag {
  const name = parseTag(text);
  if (!name) throw new Error(`${text} is no tag`);
  return name;
}

export function digest(text: string): Digest {
  return digestOf(Buffer.from(text));
}

/** A tarsum; what it is made of, a store does not ask. */
export function tarsumOf(text: string): Digest {
  return `tarsum.v1+${digest(text)}` as Digest;
}

export function session(name: RepositoryName, changes: Partial<UploadRecord> = {}): UploadRecord {
  const id = crypto.randomUUID();
  return { id, repository: name, algorithm: "sha256", offset: 0, startedAt: now, expiresAt: now + hour, ...changes };
}

export type ReceivedBlob = NewBlob & { readonly upload: string };

/** A blob whose session has been started, ready for its commit. */
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

export async function pushBlob(store: MetadataStore, name: RepositoryName, text: string): Promise<ReceivedBlob> {
  const blob = await received(store, name, text);
  expect(await store.commitBlob(blob)).toBeDefined();
  return blob;
}

export interface Document {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
}

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

/** The first of the layers is the configuration. `extra` is the rest of the document. */
export function image([config, ...layers]: readonly [Layer, ...Layer[]], extra: object = {}): Document {
  const configuration = { ...descriptor(config), mediaType: "application/vnd.oci.image.config.v1+json" };
  return document({ config: configuration, layers: layers.map(descriptor), ...extra }, mediaTypes.ociManifest);
}

export function index(children: readonly Document[], extra: object = {}): Document {
  return document({ manifests: children.map(manifestDescriptor), ...extra }, mediaTypes.ociIndex);
}

/** A document that needs nothing else to be there. */
export function lone(label: string, extra: object = {}): Document {
  return index([], { annotations: { label }, ...extra });
}

export function manifestDescriptor({ digest: of, bytes, manifest }: Document): object {
  return { mediaType: manifest.mediaType, digest: of, size: bytes.length };
}

/** The last step of a push. What the manifest holds was found before; absent, nothing. */
export function put(
  name: RepositoryName,
  content: Document,
  tags: readonly Tag[] = [],
  changes: Partial<ManifestWrite> = {},
): ManifestWrite {
  const { manifest, ...known } = content;
  const held = holding([]);
  return { repository: name, ...known, packed: packManifest(manifest), held, tags, at: now, pinnedUntil, ...changes };
}

/** What is here of what a manifest refers to. */
export function lookUp(store: MetadataStore, name: RepositoryName, content: Document, byAlias?: boolean) {
  return store.references(name, packReferences(content.manifest), byAlias);
}

/** A push of an index whose manifests need not be here (the setting `sparse-indexes`); what is missing beside them. */
export async function pushSparse(store: MetadataStore, name: RepositoryName, content: Document): Promise<Unstored> {
  const { missing, held } = await store.references(name, packReferences(content.manifest, true));
  if (missing.length > 0) return { missing };
  return store.putManifest(put(name, content, [], { held }));
}

/** A push as the registry does it: what the manifest refers to is looked up, then it is put where nothing is missing. */
export async function tryPush(
  store: MetadataStore,
  name: RepositoryName,
  content: Document,
  tags: readonly Tag[] = [],
  changes: Partial<ManifestWrite> = {},
): Promise<Unstored> {
  const { missing, held } = await lookUp(store, name, content, changes.byAlias);
  if (missing.length > 0) return { missing };
  return store.putManifest(put(name, content, tags, { held, ...changes }));
}

/** What `isStored` is asked of a manifest whose references are all there. */
export async function standing(
  store: MetadataStore,
  name: RepositoryName,
  content: Document,
  tags: readonly Tag[] = [],
): Promise<StandingManifest> {
  const { held } = await lookUp(store, name, content);
  const { digest: of, bytes, manifest } = content;
  return { repository: name, digest: of, bytes, mediaType: manifest.mediaType, held, tags };
}

/** Pushes a manifest whose references are all there. */
export async function pushManifest(
  store: MetadataStore,
  name: RepositoryName,
  content: Document,
  tags: readonly Tag[] = [],
  at = now,
): Promise<void> {
  expect(await tryPush(store, name, content, tags, { at })).toEqual({ missing: [] });
}

export function deletion(name: RepositoryName, of: Digest, at = now): Parameters<MetadataStore["deleteBlob"]>[0] {
  return { repository: name, digest: of, at, purgeAfter };
}
