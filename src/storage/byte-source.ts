/** Bytes that can be read more than once, such as those of a blob. */
export interface ByteSource {
  /** The number of bytes: of compressed content, of the compressed bytes. */
  readonly length: number;
  /** Reads `length` bytes from the start. A piece is valid until the caller requests the next one. */
  readonly read: (length: number) => AsyncIterable<Uint8Array>;
}
