import { endOfString } from "../../oci/json.ts";

/**
 * Returns the members of a JSON object, with each value as its original text. Parsing would lose digits of large
 * numbers and the order of keys that look like numbers. The text must be one that `parseJson` has accepted.
 */
export function textsOfMembers(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let depth = 0;
  let key: string | undefined;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '"') {
      const end = endOfString(text, at);
      if (depth === 1 && key === undefined) key = JSON.parse(text.slice(at, end + 1)) as string;
      at = end;
    } else if (char === ":" && depth === 1) {
      start = at + 1;
    } else if (depth === 1 && (char === "," || char === "}")) {
      if (key !== undefined) members.set(key, text.slice(start, at).trim());
      key = undefined;
    }
    if (char === "{" || char === "[") depth += 1;
    if (char === "}" || char === "]") depth -= 1;
  }
  return members;
}
