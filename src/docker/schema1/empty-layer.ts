import type { Digest } from "../../oci/digest.ts";

/**
 * A gzipped tar of 1,024 zero bytes. Schema 1 has a blob for every step of an image's history. Docker's registry uses
 * this blob for the steps that changed no file (distribution v2.8.3, config_builder.go).
 */
export const emptyLayer: { readonly bytes: Uint8Array<ArrayBuffer>; readonly digest: Digest } = {
  bytes: new Uint8Array(Buffer.from("1f8b080000096e8800ff621805a360148c5800080000ffff2eafb5ef00040000", "hex")),
  digest: "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4" as Digest,
};
