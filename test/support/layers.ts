/** Layers as Docker pushed them until 2015: tar archives with a tarsum as their name. */
import { expect } from "bun:test";
import { gzipSync } from "node:zlib";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { parseTarsum } from "../../src/docker/tarsum/label.ts";
import { TarsumDigester } from "../../src/docker/tarsum/tarsum.ts";
import type { Content } from "./content.ts";
import { startUpload } from "./push.ts";
import { tarEnd, tarHeader, tarOf, type TarFile } from "./tar.ts";

/** A layer with its tarsum. */
export interface TarLayer extends Content {
  /** The tarsum of version 1. */
  readonly tarsum: Digest;
}

/** The prefix of a tarsum, before its hexadecimal digits. */
export type TarsumLabelText = `tarsum${"" | ".v1" | ".dev"}+${"sha256" | "sha512"}`;

/** The tarsum of an archive. */
export function tarsumOf(archive: Uint8Array, label: TarsumLabelText = "tarsum.v1+sha256"): Digest {
  const digits = label.endsWith("sha512") ? 128 : 64;
  const digester = new TarsumDigester(parseTarsum(`${label}:${"0".repeat(digits)}`)!);
  digester.update(archive);
  return `${label}:${digester.digest()}` as Digest;
}

/** A layer of these files. */
export function layerOf(...files: readonly TarFile[]): TarLayer {
  const bytes = Uint8Array.from(tarOf(...files));
  return { bytes, digest: digestOf(bytes), tarsum: tarsumOf(bytes) };
}

/** A layer with a file that contains the seed, and optionally another file with more bytes. */
export function seededLayer(seed: string, more = new Uint8Array()): TarLayer {
  return layerOf({ name: "etc/seed", body: seed, mtime: 1_400_000_000 }, { name: "var/more", body: more });
}

/** The same files in reverse order: different bytes with the same tarsum. */
export function reversedLayer(seed: string): TarLayer {
  return layerOf({ name: "var/more" }, { name: "etc/seed", body: seed, mtime: 1_400_000_000 });
}

/** Pushes a layer under this digest, in the form that clients send, and expects success. */
export async function pushLayer(url: string, name: string, bytes: Uint8Array<ArrayBuffer>, digest: Digest) {
  const location = await startUpload(url, name);
  const put = await fetch(`${url}${location}?digest=${encodeURIComponent(digest)}`, { method: "PUT", body: bytes });
  expect(put.status, await put.text()).toBe(201);
}

const inflatedPieceBytes = 16 * 1024 * 1024;

/** A layer with one file that takes long to read. Each 16 MiB of it are compressed to 80 KiB. */
export function inflatingLayer(pieces: number): Uint8Array<ArrayBuffer> {
  const piece = new Uint8Array(inflatedPieceBytes);
  // Without random bytes, the compression ratio would exceed the accepted one.
  crypto.getRandomValues(piece.subarray(0, 64 * 1024));
  const header = tarHeader({ size: pieces * inflatedPieceBytes });
  const compressed = gzipSync(piece);
  return new Uint8Array(Buffer.concat([gzipSync(header), ...Array<Buffer>(pieces).fill(compressed), gzipSync(tarEnd)]));
}
