import { endOfString } from "../../oci/json.ts";

/**
 * A value that is written as Go's encoding/json writes it. Digests and signatures cover bytes, so the output must equal
 * that of Docker's registry byte for byte. A Map represents a struct (its own order), a plain object represents a Go
 * map (byte order of the keys), and `<`, `>`, `&`, U+2028 and U+2029 are escaped.
 */
export type GoJson =
  | string
  | number
  | boolean
  | null
  | readonly GoJson[]
  | GoStruct
  | { readonly [key: string]: unknown };
/** A Go struct: fields in their order. */
export type GoStruct = ReadonlyMap<string, unknown>;

/** Builds a struct without the fields that are undefined: Go's `omitempty`. */
export function goStruct(fields: readonly (readonly [name: string, value: GoJson | undefined])[]): GoStruct {
  return new Map(fields.filter(([, value]) => value !== undefined));
}

/** Writes a value on one line, without white space (json.Marshal). */
export function marshal(value: GoJson): string {
  return write(value, undefined, "");
}

/**
 * Writes a value on several lines. Every line after the first begins with `prefix`, and with `indent` once for each
 * level (json.MarshalIndent).
 */
export function marshalIndent(value: GoJson, prefix: string, indent: string): string {
  return write(value, `\n${prefix}`, indent);
}

/**
 * Removes the white space of valid JSON and adds Go's escapes. Numbers and existing escapes stay unchanged
 * (json.RawMessage).
 */
export function compact(text: string): string {
  let result = "";
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const stop = quote < 0 ? text.length : quote;
    result += text.slice(at, stop).replace(/[ \t\r\n]+/g, "");
    if (quote < 0) break;
    at = endOfString(text, quote) + 1;
    result += escapeForHtml(text.slice(quote, at));
  }
  return result;
}

/** Compares two texts by their bytes in UTF-8, as Go sorts the keys of a map. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function write(value: unknown, margin: string | undefined, indent: string): string {
  const inner = margin === undefined ? undefined : margin + indent;
  if (typeof value === "string") return literal(value);
  if (Array.isArray(value)) {
    return enclose(
      "[]",
      value.map((item) => write(item, inner, indent)),
      margin,
      indent,
    );
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const colon = margin === undefined ? ":" : ": ";
  const members = membersOf(value).map(([key, item]) => `${literal(key)}${colon}${write(item, inner, indent)}`);
  return enclose("{}", members, margin, indent);
}

function membersOf(value: object): [string, unknown][] {
  if (value instanceof Map) return [...(value as Map<string, unknown>)];
  return Object.entries(value).toSorted(([one], [other]) => byBytes(one, other));
}

function enclose(brackets: string, items: readonly string[], margin: string | undefined, indent: string): string {
  const [open, close] = brackets;
  if (margin === undefined || items.length === 0) return `${open}${items.join(",")}${close}`;
  return `${open}${margin}${indent}${items.join(`,${margin}${indent}`)}${margin}${close}`;
}

/** A string literal. Half of a surrogate pair becomes U+FFFD, as Go reads it. */
function literal(text: string): string {
  return escapeForHtml(JSON.stringify(text.toWellFormed()));
}

function escapeForHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
