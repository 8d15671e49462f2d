import { ociLimits } from "./limits.ts";
import type { Digest } from "./digest.ts";
import { RegistryError } from "./errors.ts";
import type { Manifest, Referred } from "./manifest.ts";
import { isSchema1, manifestKind, type MediaType } from "./media-type.ts";

/**
 * The part of a manifest that a list of referrers shows, and its media type. Without a subject it has no annotations,
 * because no list shows them and they can be as large as the manifest.
 */
export type DescribedManifest = Omit<Manifest, "blobs" | "manifests">;

/**
 * A manifest as JSON text, for a transfer between threads. Text is passed on quickly, while objects are copied at both
 * ends (docs/decisions/0010).
 */
export type PackedManifest = string & { readonly [packed]: true };
declare const packed: unique symbol;

/** Packs the described part of a manifest. */
export function packManifest({ mediaType, subject, artifactType, annotations }: Manifest): PackedManifest {
  const described = subject ? { mediaType, subject, artifactType, annotations } : { mediaType, artifactType };
  return JSON.stringify(described) as PackedManifest;
}

/** Unpacks a manifest that `packManifest` made. */
export function unpackManifest(text: PackedManifest): DescribedManifest {
  return JSON.parse(text) as DescribedManifest;
}

/**
 * The references of a manifest, each digest once. Each text is a JSON object of digests in the order of the document.
 * The values are sizes in bytes according to the manifest, or null if it gives none. SQLite reads such a text as a
 * table.
 */
export interface PackedReferences {
  /** Content that must be in the repository, as a blob or as a manifest. */
  readonly needed: string;
  /** Content that must be in the repository as a manifest, because clients read it as one. */
  readonly manifests: string;
  /**
   * Manifests of an index that may be pushed later (the setting `sparse-indexes`). They are protected as soon as the
   * repository has them.
   */
  readonly later: string;
  /** Content that may be elsewhere (MPUT-12). It is protected if the repository has it. */
  readonly elsewhere: string;
  /** Number of digests in all four. */
  readonly count: number;
  /**
   * True if all of it is in the database, provided that the manifest gives the right sizes: manifests and inline blobs.
   */
  readonly inline: boolean;
}

type Demand = Exclude<keyof PackedReferences, "count" | "inline">;

/** The order of the demands. If a document refers to content twice, the earlier one applies. */
const strictest: readonly Demand[] = ["manifests", "needed", "later", "elsewhere"];

/**
 * Packs the references of a manifest. Throws MANIFEST_INVALID if it gives one digest two sizes, because at most one of
 * them is right. `sparse`: the manifests of an index may be missing.
 */
export function packReferences(
  { blobs, manifests }: Pick<Manifest, "blobs" | "manifests">,
  sparse = false,
): PackedReferences {
  const references = new Map<Digest, PackedReference>();
  const add = (reference: Referred, demand: Demand) => {
    const before = references.get(reference.digest);
    const size = sizeOf(reference, before?.size);
    references.set(reference.digest, { size, demand: before ? stricter(demand, before.demand) : demand });
  };
  const demandOfManifests = sparse ? "later" : "manifests";
  for (const blob of blobs) add(blob, blob.foreign ? "elsewhere" : "needed");
  // The media type says by which route a client will read the content. The type of a layer, for example, does not make
  // it a manifest (reports 1).
  for (const entry of manifests) {
    add(entry, entry.foreign ? "elsewhere" : isManifestType(entry.mediaType) ? demandOfManifests : "needed");
  }
  return pack(references);
}

interface PackedReference {
  readonly demand: Demand;
  readonly size: number | null;
}

function pack(references: ReadonlyMap<Digest, PackedReference>): PackedReferences {
  const lists: Record<Demand, string[]> = { needed: [], manifests: [], later: [], elsewhere: [] };
  let inline = true;
  for (const [digest, { demand, size }] of references) {
    // A digest has no character that needs escaping (DIG-01).
    lists[demand].push(`"${digest}":${size}`);
    const isManifest = demand === "manifests" || demand === "later";
    if (!isManifest && (size === null || size >= ociLimits.inlineBlobBytes)) inline = false;
  }
  return {
    needed: `{${lists.needed.join(",")}}`,
    manifests: `{${lists.manifests.join(",")}}`,
    later: `{${lists.later.join(",")}}`,
    elsewhere: `{${lists.elsewhere.join(",")}}`,
    count: references.size,
    inline,
  };
}

function stricter(one: Demand, other: Demand): Demand {
  return strictest.indexOf(one) < strictest.indexOf(other) ? one : other;
}

function isManifestType(type: MediaType): boolean {
  return manifestKind(type) !== undefined || isSchema1(type);
}

function sizeOf({ digest, size: written }: Referred, before: number | null | undefined): number | null {
  const size = written ?? null;
  if (before === undefined || before === null || size === null || before === size) return size ?? before ?? null;
  const message = `the manifest gives ${digest} two sizes, ${before} and ${size} bytes`;
  throw new RegistryError("MANIFEST_INVALID", { message, detail: { digest, sizes: [before, size] } });
}
