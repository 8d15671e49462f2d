/** Malicious texts, and ways to damage a harmless one. */
import type { Random } from "../crash/random.ts";

/** Texts as they appear in a target. The parser refuses those with bytes that a target may not contain. */
const fragments = [
  "..",
  ".",
  "%2e%2e",
  "%2E.",
  "..%2f..%2f",
  "%2f",
  "%5c",
  "\\",
  "..\\",
  "%00",
  "a%00b",
  "%c0%ae%c0%ae",
  "%c0%af",
  "%e0%80%ae",
  "%252e%252e%252f",
  "%0d%0aX-Injected:%20yes",
  "%0a",
  "%e2%80%ae",
  "%f0%9f%98%80",
  "%ed%a0%80",
  "%ff",
  "%",
  "%zz",
  "%u002e",
  "\xc3\xa9",
  "\xff\xfe",
  "~",
  "...",
  ";a=b",
  "#f",
  "?",
  "&",
  "=",
  "+",
  "%20",
  "*",
  "'",
  '"',
  "<script>alert(1)</script>",
  "${7*7}",
  "{{7}}",
  "$(id)",
  "|id",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "undefined",
  "null",
  "NaN",
  "-1",
  "0",
  "1e9",
  "0x10",
  "9223372036854775808",
  "blobs",
  "uploads",
  "manifests",
  "tags",
  "list",
  "referrers",
  "_catalog",
  "v2",
  "sha256:",
  "sha512:",
  "SHA256:",
  ":",
  "@",
  ",",
] as const;

export function fragment(random: Random): string {
  return random.pick(fragments)!;
}

/** Sometimes so long that the headers exceed the limit. */
export function longText(random: Random): string {
  const length = random.pick([127, 128, 129, 255, 256, 257, 1_000, 4_096, 4_097, 14_000, 17_000, 60_000, 66_000])!;
  return random.pick(["a", "A", "a/", "%61", "-", ".", "\xe9"])!.repeat(length).slice(0, length);
}

/** The text with damage in one place. */
export function spoil(random: Random, text: string): string {
  const at = random.between(0, text.length);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (random.between(0, 9)) {
    case 0:
      return before + after.slice(1);
    case 1:
      return before + after.slice(0, 1) + after;
    case 2:
      return before + percentEncode(after.slice(0, 1)) + after.slice(1);
    case 3:
      return percentEncode(text);
    case 4:
      return text.toUpperCase();
    case 5:
      return before + String.fromCharCode(random.between(0, 255)) + after;
    case 6:
      return before;
    case 7:
      return random.chance(0.2) ? before + longText(random) : `${text}/${text}`;
    default:
      return before + fragment(random) + after;
  }
}

/** Usually the text itself, otherwise with damage in one or more places. */
export function maybeSpoil(random: Random, text: string, share: number): string {
  let spoilt = text;
  for (let left = 3; left > 0 && random.chance(share); left -= 1) spoilt = spoil(random, spoilt);
  return spoilt;
}

export function percentEncode(text: string): string {
  return text.replaceAll(/[^]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
