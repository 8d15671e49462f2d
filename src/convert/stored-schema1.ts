import type { RemoteManifest } from "../client/remote-repository.ts";
import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
import { manifestKind } from "../oci/media-type.ts";
import { ConversionError } from "../docker/schema1/conversion-error.ts";
import type { Expectation, Schema1Document } from "../docker/schema1/document.ts";
import { verifySchema1Push } from "../docker/schema1/verify-push.ts";

/** A schema 1 manifest that may be converted. */
export interface StoredSchema1 {
  readonly document: Schema1Document;
  /** Digest of the signed payload. */
  readonly digest: Digest;
  /** Ids of the keys that signed it. They do not say whether to trust the keys. */
  readonly keyIds: readonly string[];
  /** Faults that do not prevent the conversion: one clause each. */
  readonly oddities: readonly string[];
}

/** Options of `readStored`. */
export interface ReadOptions extends Expectation {
  /** True to accept a manifest without signatures. A wrong signature is never accepted. */
  readonly unsigned?: boolean;
}

/**
 * Reads a manifest. Throws a ConversionError if it has another type, is damaged, or has missing or wrong signatures.
 */
export function readStored({ bytes, mediaType, digest }: RemoteManifest, options: ReadOptions): StoredSchema1 {
  if (mediaType && manifestKind(mediaType)) {
    throw new ConversionError(
      "manifest",
      "",
      `has the type ${mediaType}, which is not schema 1: it needs no conversion`,
    );
  }
  const { document, payload, signatures, faults } = verifySchema1Push(bytes, options);
  const { name = [], tag = [], ...others } = Object.groupBy(faults, ({ kind }) => kind);
  const isUnsigned = document !== undefined && payload !== undefined && isMissing(others.signature);
  const [fault] = Object.values(others).flat();
  if (isUnsigned && !options.unsigned) throw new UnsignedError();
  if (!document || !payload || (fault && !isUnsigned)) {
    throw new ConversionError("schema1", fault?.at ?? "", fault?.reason ?? "cannot be read");
  }
  const own = digestOf(payload);
  if (digest && algorithmOf(digest) === "sha256" && digest !== own) {
    throw new ConversionError("schema1", "", `has the digest ${own}, but the registry reports ${digest}`);
  }
  const oddities = [...name, ...tag].map(({ at, reason }) => `${at} ${reason}`);
  return { document, digest: own, keyIds: signatures.map(({ keyId }) => keyId), oddities };
}

/** The manifest has no signatures, and unsigned manifests are not accepted. */
export class UnsignedError extends ConversionError {
  constructor() {
    super("schema1", "", "is not signed, so its integrity cannot be verified");
  }
}

/** True if the only fault is that the signatures are missing. A wrong signature has its place within the list. */
function isMissing(faults: readonly { readonly at: string }[] = []): boolean {
  return faults.length === 1 && faults[0]!.at === "signatures";
}
