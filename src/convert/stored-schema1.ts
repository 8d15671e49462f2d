import type { RemoteManifest } from "../client/remote-repository.ts";
import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
import { manifestKind } from "../oci/media-type.ts";
import { ConversionError } from "../docker/schema1/conversion-error.ts";
import type { Expectation, Schema1Document } from "../docker/schema1/document.ts";
import { verifySchema1Push } from "../docker/schema1/verify-push.ts";

/** A schema 1 manifest that may be converted. */
export interface StoredSchema1 {
  readonly document: Schema1Document;
  /** Of what was signed. */
  readonly digest: Digest;
  /** Of the keys that signed it; nothing says whether to trust them. */
  readonly keyIds: readonly string[];
  /** What is odd about it, but hinders nothing: one clause each. */
  readonly oddities: readonly string[];
}

export interface ReadOptions extends Expectation {
  /** Takes one without signatures too. One with a signature that is wrong is never taken. */
  readonly unsigned?: boolean;
}

/** Throws a ConversionError where the manifest is of another kind, damaged, or not signed as it should be. */
export function readStored({ bytes, mediaType, digest }: RemoteManifest, options: ReadOptions): StoredSchema1 {
  if (mediaType && manifestKind(mediaType)) {
    throw new ConversionError("manifest", "", `is not of schema 1, but ${mediaType}: there is nothing to convert`);
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
    throw new ConversionError("schema1", "", `has the digest ${own}, though the registry says ${digest}`);
  }
  const oddities = [...name, ...tag].map(({ at, reason }) => `${at} ${reason}`);
  return { document, digest: own, keyIds: signatures.map(({ keyId }) => keyId), oddities };
}

export class UnsignedError extends ConversionError {
  constructor() {
    super("schema1", "", "is not signed, so nobody says that it is whole");
  }
}

/** One that is there and wrong has its place within the list. */
function isMissing(faults: readonly { readonly at: string }[] = []): boolean {
  return faults.length === 1 && faults[0]!.at === "signatures";
}
