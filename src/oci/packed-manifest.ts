import type { Manifest } from "./manifest.ts";

/**
 * A manifest as JSON text, on its way from one thread to another: text is handed over as it is, while objects are copied at
 * both ends (docs/decisions/0010).
 */
export type PackedManifest = string & { readonly [packed]: true };
declare const packed: unique symbol;

export function packManifest(manifest: Manifest): PackedManifest {
  return JSON.stringify(manifest) as PackedManifest;
}

export function unpackManifest(text: PackedManifest): Manifest {
  return JSON.parse(text) as Manifest;
}
