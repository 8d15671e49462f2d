import { ociLimits } from "./limits.ts";

/** A part of some bytes. `start` and `end` are offsets; `end` is exclusive. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/**
 * Parses a `Range` header for content of `size` bytes and returns its ranges in order (RFC 9110 section 14). The result
 * is "whole" if the header is ignored, as a server may do: for another unit, an invalid header, more than
 * `ociLimits.rangesInRequest` ranges, or overlapping ranges that name more bytes than the content has. It is
 * "unsatisfiable" if no range names a byte, or if a range ends before it begins. The latter is invalid too, but clients
 * and the conformance suite handle a refusal better (BLOB-09).
 */
export function parseRanges(header: string, size: number): readonly Slice[] | "whole" | "unsatisfiable" {
  const texts = rangeTexts(header);
  if (!texts) return "whole";
  const slices: Slice[] = [];
  let named = 0;
  for (const text of texts) {
    const slice = sliceOf(text, size);
    if (slice === "whole") return "whole";
    if (slice === "reversed") return "unsatisfiable";
    if (slice === "unsatisfiable") continue;
    slices.push(slice);
    named += slice.end - slice.start;
  }
  if (slices.length === 0) return "unsatisfiable";
  return named > size ? "whole" : slices;
}

/**
 * The ranges of the header; undefined if it has none or too many. The list may have empty elements, at most as many as
 * ranges are allowed.
 */
function rangeTexts(header: string): readonly string[] | undefined {
  const set = /^bytes[ \t]*=([^]*)$/i.exec(header)?.[1];
  if (set === undefined) return undefined;
  const elements = set.split(",", 2 * ociLimits.rangesInRequest + 1);
  if (elements.length > 2 * ociLimits.rangesInRequest) return undefined;
  const texts = elements.map(trimmed).filter((text) => text !== "");
  return texts.length > 0 && texts.length <= ociLimits.rangesInRequest ? texts : undefined;
}

/** Removes spaces and tabs at both ends. A regular expression would take quadratic time for a header of spaces only. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function sliceOf(text: string, size: number): Slice | "whole" | "unsatisfiable" | "reversed" {
  const [, first, last] = /^(\d*)-(\d*)$/.exec(text) ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "whole";
  if (first === "") return lastBytes(Number(last), size);
  const [start, end] = [Number(first), last === "" ? size : Number(last) + 1];
  if (last !== "" && isLess(last, first)) return "reversed";
  return start < size ? { start, end: Math.min(end, size) } : "unsatisfiable";
}

/** Compares numbers in decimal digits, which may exceed the range of a number. */
function isLess(one: string, other: string): boolean {
  const [a, b] = [withoutZeros(one), withoutZeros(other)];
  return a.length === b.length ? a < b : a.length < b.length;
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+/, "");
}

/**
 * The last bytes of the content. The last bytes of empty content are empty, which no range can express, so the reply is
 * the whole content.
 */
function lastBytes(count: number, size: number): Slice | "whole" | "unsatisfiable" {
  if (count === 0) return "unsatisfiable";
  return size === 0 ? "whole" : { start: Math.max(0, size - count), end: size };
}

/** Formats the `Content-Range` of a 206 reply. */
export function formatContentRange(slice: Slice, size: number): string {
  return `bytes ${slice.start}-${slice.end - 1}/${size}`;
}

/**
 * Parses the `Content-Range` of a chunk: `<first>-<last>`, both inclusive and without a unit (distribution-spec
 * "Pushing a blob in chunks"). The form of RFC 9110, `bytes <first>-<last>/<size>`, is accepted too (UP-22). Returns
 * undefined if the header is malformed.
 */
export function parseChunkRange(header: string): Slice | undefined {
  const match = /^(?:bytes )?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/.exec(header.trim());
  if (!match) return undefined;
  return { start: Number(match[1]), end: Number(match[2]) + 1 };
}

/**
 * Formats the `Range` of an upload session: the position of the last received byte, without a unit. `0-0` also means
 * that no byte has been received (ST-03).
 */
export function formatUploadRange(offset: number): string {
  return `0-${Math.max(0, offset - 1)}`;
}
