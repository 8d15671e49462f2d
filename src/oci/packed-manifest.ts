import { ociLimits } from "./limits.ts";
import type { Digest } from "./digest.ts";
import { RegistryError } from "./errors.ts";
import type { Manifest, Referred } from "./manifest.ts";
import { isSchema1, manifestKind, type MediaType } from "./media-type.ts";

/**
 * What a list of referrers tells of a manifest, and its media type. Annotations are absent without a subject: no list shows them,
 * and they can be as large as the manifest.
 */
export type DescribedManifest = Omit<Manifest, "blobs" | "manifests">;

/**
 * A manifest as JSON text, on its way from one thread to another: text is handed over as it is, while objects are copied at
 * both ends (docs/decisions/0010).
 */
export type PackedManifest = string & { readonly [packed]: true };
declare const packed: unique symbol;

export function packManifest({ mediaType, subject, artifactType, annotations }: Manifest): PackedManifest {
  const described = subject ? { mediaType, subject, artifactType, annotations } : { mediaType, artifactType };
  return JSON.stringify(described) as PackedManifest;
}

export function unpackManifest(text: PackedManifest): DescribedManifest {
  return JSON.parse(text) as DescribedManifest;
}

/**
 * The content that a manifest refers to, each digest once. Each text is a JSON object of digests, in the order of the
 * document, with the size in bytes that the manifest gives them, or null where it gives none: SQLite reads such a text as a
 * table.
 */
export interface PackedReferences {
  /** Content that has to be in the repository, as a blob or as a manifest. */
  readonly needed: string;
  /** Content that has to be there as a manifest: clients ask for it as one. */
  readonly manifests: string;
  /** Manifests of an index that may be pushed later (the setting `sparse-indexes`), and are held once they are here. */
  readonly later: string;
  /** Content that may be elsewhere (MPUT-12), and is held where it is here. */
  readonly elsewhere: string;
  /** Digests in all of them. */
  readonly count: number;
  /** Whether the store itself holds all of it, if it has the sizes that the manifest says: manifests and inline blobs. */
  readonly inline: boolean;
}

type Demand = Exclude<keyof PackedReferences, "count" | "inline">;

/** What is asked of content that a document refers to twice: the first of these. */
const strictest: readonly Demand[] = ["manifests", "needed", "later", "elsewhere"];

/**
 * Throws MANIFEST_INVALID where one digest has two sizes: at most one of them is right. `sparse`: the manifests of an index need
 * not be here.
 */
export function packReferences(
  { blobs, manifests }: Pick<Manifest, "blobs" | "manifests">,
  sparse = false,
): PackedReferences {
  const wanted = new Map<Digest, Wanted>();
  const add = (reference: Referred, demand: Demand) => {
    const before = wanted.get(reference.digest);
    const size = sizeOf(reference, before?.size);
    wanted.set(reference.digest, { size, demand: before ? stricter(demand, before.demand) : demand });
  };
  const asked = sparse ? "later" : "manifests";
  for (const blob of blobs) add(blob, blob.foreign ? "elsewhere" : "needed");
  // The media type says by which route a client will ask: that of a layer, say, does not make it a manifest (reports 1).
  for (const entry of manifests) {
    add(entry, entry.foreign ? "elsewhere" : isManifestType(entry.mediaType) ? asked : "needed");
  }
  return listed(wanted);
}

interface Wanted {
  readonly demand: Demand;
  readonly size: number | null;
}

function listed(wanted: ReadonlyMap<Digest, Wanted>): PackedReferences {
  const lists: Record<Demand, string[]> = { needed: [], manifests: [], later: [], elsewhere: [] };
  let inline = true;
  for (const [digest, { demand, size }] of wanted) {
    // Nothing in a digest has to be escaped (CN-05).
    lists[demand].push(`"${digest}":${size}`);
    const isManifest = demand === "manifests" || demand === "later";
    if (!isManifest && (size === null || size >= ociLimits.inlineBlobBytes)) inline = false;
  }
  return {
    needed: `{${lists.needed.join(",")}}`,
    manifests: `{${lists.manifests.join(",")}}`,
    later: `{${lists.later.join(",")}}`,
    elsewhere: `{${lists.elsewhere.join(",")}}`,
    count: wanted.size,
    inline,
  };
}

function stricter(one: Demand, other: Demand): Demand {
  return strictest.indexOf(one) < strictest.indexOf(other) ? one : other;
}

function isManifestType(type: MediaType): boolean {
  return manifestKind(type) !== undefined || isSchema1(type);
}

function sizeOf({ digest, size: said }: Referred, before: number | null | undefined): number | null {
  const size = said ?? null;
  if (before === undefined || before === null || size === null || before === size) return size ?? before ?? null;
  const message = `the manifest gives ${digest} two sizes, ${before} and ${size} bytes`;
  throw new RegistryError("MANIFEST_INVALID", { message, detail: { digest, sizes: [before, size] } });
}
