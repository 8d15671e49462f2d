import type { ThreadFile } from "../../base/thread.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ErrorItem } from "../../oci/errors.ts";
import type { Manifest } from "../../oci/manifest.ts";
import type { MediaType } from "../../oci/media-type.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { Tag } from "../../oci/reference.ts";

/** The name and the tag that a manifest is pushed to. */
export interface PushTarget {
  readonly name: RepositoryName;
  /** Absent for a push by digest. */
  readonly tag?: Tag;
}

/**
 * A format of manifests with rules that OCI and Docker schema 2 do not have: schema 1. Such a manifest is signed; pushes of the same
 * payload add signatures to one stored document. Its references may be aliases of blobs.
 */
export interface ManifestFormat {
  /** Whether a pushed document claims this format, by its Content-Type or, without one, by its content. */
  detects(bytes: Uint8Array, declared: MediaType | undefined): boolean;
  /** Whether stored manifests of this media type are of this format. */
  includes(mediaType: MediaType): boolean;
  /** Parses and verifies a document. Without `target`, the name and the tag in it are not compared with anything. */
  parse(bytes: Uint8Array, target: PushTarget | undefined): FormattedManifest | RefusedManifest;
  /** Merges the stored document with a pushed one of the same payload; `digest` is the digest of the payload. */
  merge(stored: Uint8Array, pushed: Uint8Array, digest: Digest): Uint8Array;
}

/** A manifest of a separate format that was parsed and verified. */
export interface FormattedManifest {
  readonly manifest: Manifest;
  /** The bytes that the manifest's digest is computed from. */
  readonly payload: Uint8Array;
  /** The bytes to store and to serve. */
  readonly document: Uint8Array;
}

/** A manifest that is refused, with all reasons that its bytes show. */
export interface RefusedManifest {
  /** At least one. */
  readonly items: readonly ErrorItem[];
  /** The layers of the manifest. The response also names those that the repository does not have. */
  readonly layers: readonly Digest[];
}

/**
 * The manifest formats of a registry, and the file of the thread that parses large and signed manifests with them.
 */
export interface ManifestFormats {
  readonly list: readonly ManifestFormat[];
  readonly thread: ThreadFile;
}
