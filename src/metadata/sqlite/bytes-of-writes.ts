import { releaseBuffer } from "../../base/release-buffer.ts";

/**
 * Releases the memory of large manifests among the parameters of a write. The parameters are a copy that is not read
 * again. Otherwise each process and thread that a write passes through keeps dead copies of 4 MiB until its garbage
 * collector runs (docs/decisions/0019).
 */
export function releaseBuffersOf(parameters: readonly unknown[]): void {
  for (const parameter of parameters) {
    const { bytes } = (parameter ?? {}) as { readonly bytes?: unknown };
    if (bytes instanceof Uint8Array) releaseBuffer(bytes);
  }
}
