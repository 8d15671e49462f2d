import { ociLimits } from "./limits.ts";

/** A part of some bytes: `start` and `end` are offsets, `end` is exclusive. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/**
 * The parts of content of `size` bytes that a `Range` header asks for, in its order (RFC 9110 section 14).
 * "whole" where the header is ignored, as a server may: another unit, what is not valid, more than `ociLimits.rangesInRequest`
 * ranges, and ranges that overlap so much that they name more bytes than there are.
 * "unsatisfiable" where no range names a byte, and where a range ends before it begins: that one is not valid either, but
 * clients and the conformance suite do better with a refusal (BLOB-09).
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

/** Undefined where there are none, or too many. A list may have empty elements; as many of them as ranges are read. */
function rangeTexts(header: string): readonly string[] | undefined {
  const set = /^bytes[ \t]*=([^]*)$/i.exec(header)?.[1];
  if (set === undefined) return undefined;
  const elements = set.split(",", 2 * ociLimits.rangesInRequest + 1);
  if (elements.length > 2 * ociLimits.rangesInRequest) return undefined;
  const texts = elements.map(trimmed).filter((text) => text !== "");
  return texts.length > 0 && texts.length <= ociLimits.rangesInRequest ? texts : undefined;
}

/** Without spaces and tabs at its ends; an expression would take quadratic time for a header of nothing else. */
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

/** Of digits, which may be more than a number holds. */
function isLess(one: string, other: string): boolean {
  const [a, b] = [withoutZeros(one), withoutZeros(other)];
  return a.length === b.length ? a < b : a.length < b.length;
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+/, "");
}

/** The last bytes of nothing are nothing, which no part can say: then all of it is given. */
function lastBytes(count: number, size: number): Slice | "whole" | "unsatisfiable" {
  if (count === 0) return "unsatisfiable";
  return size === 0 ? "whole" : { start: Math.max(0, size - count), end: size };
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
