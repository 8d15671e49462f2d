import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A reference to a blob of the layout. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The media types of the documents and layers of an image. */
export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

/** `Layout` writes an OCI image layout: a folder that stores blobs by their digest, and `index.json`. */
export class Layout {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
    writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  }

  addBlob(mediaType: string, bytes: Uint8Array | string): Descriptor {
    const hex = sha256Of(bytes);
    writeFileSync(join(this.#folder, "blobs", "sha256", hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(bytes) };
  }

  addJson(mediaType: string, document: object): Descriptor {
    return this.addBlob(mediaType, JSON.stringify(document));
  }

  bytesOf({ digest }: Descriptor): Buffer<ArrayBuffer> {
    return readFileSync(join(this.#folder, "blobs", ...digest.split(":")));
  }

  /** Gives one document of the layout a tag. Programs that read layouts start there. */
  tag(name: string, descriptor: Descriptor): void {
    const tagged = { ...descriptor, annotations: { "org.opencontainers.image.ref.name": name } };
    writeFileSync(join(this.#folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [tagged] }));
  }
}

/** Returns the SHA-256 of bytes in hex. */
export function sha256Of(bytes: Uint8Array | string): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
