/**
 * The error for JSON from clients that is refused. A byte string must have one reading. So a document with a duplicate
 * key is refused (CVE-2021-41190 shows what happens if two readers disagree), and the nesting is limited before any
 * recursive code sees it.
 */
export class JsonError extends Error {
  /**
   * A part of the text, or the parser's message, which quotes the text. It is for the client that sent the text, never
   * for a log.
   */
  readonly found: string | undefined;

  constructor(message: string, found?: string) {
    super(message);
    this.found = found;
  }
}

/** A parsed JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** True if a parsed value is an object, and neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Maximum characters of the document that an error quotes. */
const foundCharacters = 100;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Options of `parseJson`. */
export interface JsonOptions {
  /**
   * `lenient`: the outermost object may have duplicate keys, of which the last one counts. It is for a document whose
   * parts are parsed again, each strictly.
   */
  readonly outermost?: "strict" | "lenient";
  /**
   * `NaN`: a number with a fraction or an exponent, such as `2.0`, becomes NaN. Go does not read such a number into an
   * integer field, while JavaScript reads it as `2`.
   */
  readonly decimals?: "number" | "NaN";
}

/** Parses a JSON document in UTF-8. Throws a JsonError that says what is wrong and where. */
export function parseJson(bytes: Uint8Array, maxDepth: number, options: JsonOptions = {}): unknown {
  const { outermost = "strict", decimals = "number" } = options;
  const text = decode(bytes);
  const { keys, hasDecimals } = scan(text, maxDepth);
  const value = parse(text, hasDecimals && decimals === "NaN");
  // A duplicate key is one key of the value, so the counts differ. If keys are escaped, the count alone is not enough.
  if (outermost === "lenient" || text.includes("\\") || countKeys(value) !== keys) refuseDuplicateKeys(text, outermost);
  return value;
}

function parse(text: string, noDecimals: boolean): unknown {
  try {
    return noDecimals ? JSON.parse(text, decimalsToNaN) : JSON.parse(text);
  } catch (error) {
    throw new JsonError("not valid JSON", (error as Error).message);
  }
}

/** Number of keys in all objects of a value. `scan` has limited its depth. */
function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  for (const key in value) count += 1 + countKeys((value as JsonObject)[key]);
  return count;
}

function decimalsToNaN(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" && /[.eE]/.test(context!.source!) ? Number.NaN : value;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new JsonError("not valid UTF-8");
  }
}

const char = {
  quote: 34,
  colon: 58,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
  point: 46,
  upperE: 69,
  lowerE: 101,
} as const;

/** Facts about a text before it is parsed. */
interface Scan {
  /** Number of keys in all objects, duplicates included. */
  readonly keys: number;
  /** True if a number has a fraction or an exponent. */
  readonly hasDecimals: boolean;
}

/**
 * Refuses text that is nested too deep, and counts its keys. It looks only at strings, brackets, colons, and the
 * characters of fractions and exponents, and leaves all other rules to JSON.parse, which runs afterwards. On valid JSON
 * its result is exact. On invalid JSON it may be wrong, but JSON.parse then refuses the text.
 */
function scan(text: string, maxDepth: number): Scan {
  let [depth, keys, hasDecimals] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case char.quote:
        at = endOfString(text, at);
        break;
      case char.colon:
        keys += 1;
        break;
      case char.openBrace:
      case char.openBracket:
        if (depth >= maxDepth) throw new JsonError(`nested deeper than ${maxDepth} levels at character ${at}`);
        depth += 1;
        break;
      case char.closeBrace:
      case char.closeBracket:
        depth -= 1;
        break;
      case char.point:
      case char.upperE:
        hasDecimals = true;
        break;
      case char.lowerE:
        // The letter also ends `true` and `false`.
        hasDecimals ||= isDigit(text.charCodeAt(at - 1));
        break;
    }
  }
  return { keys, hasDecimals };
}

/** Throws a JsonError if an object of a valid text has a duplicate key. */
function refuseDuplicateKeys(text: string, outermost: "strict" | "lenient"): void {
  // One entry for each open bracket: the keys of an object so far; undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  let lastString = "";
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case char.quote: {
        const end = endOfString(text, at);
        lastString = text.slice(at, end + 1);
        at = end;
        break;
      }
      case char.colon:
        if (outermost === "strict" || open.length > 1) noteKey(open.at(-1)!, lastString, at);
        break;
      case char.openBrace:
        open.push(new Set());
        break;
      case char.openBracket:
        open.push(undefined);
        break;
      case char.closeBrace:
      case char.closeBracket:
        open.pop();
        break;
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/**
 * Returns the position of the closing quote of the string that starts at `start`. Throws a JsonError if the string does
 * not end.
 */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new JsonError(`not valid JSON: the string at character ${start} does not end`);
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === char.backslash) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    at = quote + 1;
  }
}

function noteKey(keys: Set<string>, literal: string, at: number): void {
  const key = literal.includes("\\") ? unescape(literal) : literal.slice(1, -1);
  if (keys.has(key)) throw new JsonError(`duplicate key at character ${at}`, key.slice(0, foundCharacters));
  keys.add(key);
}

/**
 * Decodes a key. All readers except JavaScript read half of a surrogate pair as the replacement character, so two such
 * keys can be equal.
 */
function unescape(literal: string): string {
  return (JSON.parse(literal) as string).toWellFormed();
}
