/**
 * Returns bytes that are alone in their buffer, so that a transfer to another thread moves nothing else. It returns the
 * given bytes, or a copy.
 */
export function toTransferable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const alone = bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength;
  return alone ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
