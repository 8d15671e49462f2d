import { endOfString } from "../../oci/json.ts";

/**
 * JSON as Go's encoding/json writes it. Digests and signatures are of bytes, so what docker's registry would have written
 * has to come out byte for byte: a Map stands for a struct (its own order), a plain object for a Go map (byte order of the
 * keys), and `<`, `>`, `&`, U+2028 and U+2029 are escaped.
 */
export type GoJson =
  | string
  | number
  | boolean
  | null
  | readonly GoJson[]
  | GoStruct
  | { readonly [key: string]: unknown };
export type GoStruct = ReadonlyMap<string, unknown>;

/** A struct without the fields that are undefined: Go's `omitempty`. */
export function goStruct(fields: readonly (readonly [name: string, value: GoJson | undefined])[]): GoStruct {
  return new Map(fields.filter(([, value]) => value !== undefined));
}

/** On one line, without white space (json.Marshal). */
export function marshal(value: GoJson): string {
  return write(value, undefined, "");
}

/** Every line after the first starts with `prefix`, and with `indent` once for each level (json.MarshalIndent). */
export function marshalIndent(value: GoJson, prefix: string, indent: string): string {
  return write(value, `\n${prefix}`, indent);
}

/** The text of valid JSON without white space and with Go's escapes; numbers and escapes stay as they were written (json.RawMessage). */
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

/** By the bytes of UTF-8, as Go sorts the keys of a map. */
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

/** Half of a surrogate pair becomes U+FFFD, as Go reads it. */
function literal(text: string): string {
  return escapeForHtml(JSON.stringify(text.toWellFormed()));
}

function escapeForHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
