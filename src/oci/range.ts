/** A part of some bytes: `start` and `end` are offsets, `end` is exclusive. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks of content of `size` bytes (RFC 9110 section 14).
 * "whole" where the header is to be ignored: another unit, or several ranges, which a server may answer in full (BLOB-10).
 * A first position after the last one is invalid syntax that a server may ignore; clients and the conformance suite do
 * better with a refusal (BLOB-09).
 */
export function parseRange(header: string, size: number): Slice | "whole" | "unsatisfiable" {
  const match = /^bytes[ \t]*=[ \t]*(\d*)[ \t]*-[ \t]*(\d*)[ \t]*$/i.exec(header);
  if (!match) return "whole";
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return "whole";
  if (first === "") {
    const count = Math.min(Number(last), size);
    return count === 0 ? "unsatisfiable" : { start: size - count, end: size };
  }
  const start = Number(first);
  if (start >= size) return "unsatisfiable";
  if (last === "") return { start, end: size };
  if (Number(last) < start) return "unsatisfiable";
  return { start, end: Math.min(Number(last) + 1, size) };
}

/** `Content-Range` of a 206. */
export function formatContentRange(slice: Slice, size: number): string {
  return `bytes ${slice.start}-${slice.end - 1}/${size}`;
}

/**
 * `Content-Range` of a chunk: `<first>-<last>`, both inclusive and without a unit (distribution-spec "Pushing a blob in
 * chunks"); the form of RFC 9110, `bytes <first>-<last>/<size>`, is taken too (UP-22).
 */
export function parseChunkRange(header: string): Slice | undefined {
  const match = /^(?:bytes )?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/.exec(header.trim());
  if (!match) return undefined;
  return { start: Number(match[1]), end: Number(match[2]) + 1 };
}

/** `Range` of an upload session: the last byte received, without a unit; `0-0` also stands for nothing yet (ST-03). */
export function formatUploadRange(offset: number): string {
  return `0-${Math.max(0, offset - 1)}`;
}
