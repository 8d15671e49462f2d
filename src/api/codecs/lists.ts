/** Codecs of the parameters of lists. */
import type { Codec } from "../codec.ts";

/**
 * The parameter `n` of a list. Only digits are valid: JavaScript reads `1e9`, `+5` and `0x10` as numbers, clients do
 * not (LIM-05).
 */
export const count: Codec<number> = {
  name: "count",
  doc: "A whole number with at most nine digits.",
  pattern: "^[0-9]{1,9}$",
  parse: (text) => (/^[0-9]{1,9}$/.test(text) ? Number(text) : undefined),
  failure: "REQUEST_MALFORMED",
  examples: ["0", "100"],
  invalid: ["-1", "1e9", "+5", "0x10", "5.0", "9223372036854775808"],
};

/** The entry after which a page of a list starts. The entry need not exist, so the grammar of the entries does not apply. */
export const cursor: Codec<string> = {
  name: "cursor",
  doc: "The last entry of the previous page. The entry need not exist. At most 256 printable ASCII characters.",
  pattern: "^[ -~]{0,256}$",
  parse: (text) => (/^[ -~]{0,256}$/.test(text) ? text : undefined),
  failure: "REQUEST_MALFORMED",
  examples: ["v1"],
  invalid: ["a%0d%0aSet-Cookie:x", "%00", "a".repeat(257)],
};

const cursorGrammar = /^([0-9]{1,15})-([0-9]{1,15})$/;

/**
 * The event after which a page of a tag history starts: the time in milliseconds since the epoch, and the id of the
 * event.
 */
export const historyCursor: Codec<{ readonly at: number; readonly id: number }> = {
  name: "history cursor",
  doc: "The value in the `Link` header of the previous page.",
  pattern: cursorGrammar.source,
  parse(text) {
    const match = cursorGrammar.exec(text);
    return match ? { at: Number(match[1]), id: Number(match[2]) } : undefined;
  },
  failure: "REQUEST_MALFORMED",
  examples: ["1767225600000-42"],
  invalid: ["1767225600000", "-42", "a-b"],
};

const date = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
const hour = "(?:[01][0-9]|2[0-3])";
const time = `${hour}:[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?`;
const timestampGrammar = new RegExp(`^${date}[Tt]${time}(?:[Zz]|[+-]${hour}:[0-5][0-9])$`);

/** A time in the format of RFC 3339. The value is in milliseconds since the epoch. */
export const timestamp: Codec<number> = {
  name: "timestamp",
  doc: "A date and time as in RFC 3339, such as `2026-01-01T00:00:00Z`. Precision below a millisecond is ignored.",
  pattern: timestampGrammar.source,
  parse(text) {
    // An unencoded plus sign arrives as a space.
    const plain = text.replace(" ", "+");
    const moment = timestampGrammar.test(plain) ? Date.parse(plain) : Number.NaN;
    return Number.isNaN(moment) ? undefined : moment;
  },
  failure: "REQUEST_MALFORMED",
  examples: ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00.5+01:00"],
  invalid: ["yesterday", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "1767225600"],
};
