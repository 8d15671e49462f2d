/**
 * JSON of strangers. One byte string must have one reading: a document with a key twice is refused (CVE-2021-41190 shows
 * what two readers make of such a thing), and nesting is bounded before anything recursive looks at it.
 */
export class JsonError extends Error {
  /** A piece of the text, or what the parser says, which quotes it: for whoever sent it, never for a log. */
  readonly found: string | undefined;

  constructor(message: string, found?: string) {
    super(message);
    this.found = found;
  }
}

export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is shown back of a text. */
const foundCharacters = 100;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export interface JsonOptions {
  /** `lenient`: the outermost object may have a key twice, of which the last counts; for a document whose parts are read again, each strictly. */
  readonly outermost?: "strict" | "lenient";
  /**
   * `NaN`: what a number becomes that has a fraction or an exponent, such as `2.0`. Go does not read such a number into a field
   * for whole numbers, while to JavaScript it is the same as `2`.
   */
  readonly decimals?: "number" | "NaN";
}

/** Throws a JsonError that says what is wrong and where. */
export function parseJson(bytes: Uint8Array, maxDepth: number, options: JsonOptions = {}): unknown {
  const { outermost = "strict", decimals = "number" } = options;
  const text = decode(bytes);
  const { keys, hasDecimals } = scan(text, maxDepth);
  const value = parse(text, hasDecimals && decimals === "NaN");
  // A key that stands twice is one key of the value. Of an escaped key, more than the count has to be looked at.
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

/** In all objects of a value, which is nested no deeper than `scan` allows. */
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

/** What can be told of a text before it is parsed. */
interface Scan {
  /** In all objects, each as often as it stands there. */
  readonly keys: number;
  /** Whether a number has a fraction or an exponent. */
  readonly hasDecimals: boolean;
}

/**
 * Refuses what is nested too deep, and counts keys. Looks only at strings, brackets, colons and what stands in numbers with a
 * fraction or an exponent, and leaves every other rule to JSON.parse, which runs afterwards: on valid JSON it sees exactly these,
 * on anything else it may see nonsense, which JSON.parse then refuses.
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
        // Also the last letter of `true` and `false`.
        hasDecimals ||= isDigit(text.charCodeAt(at - 1));
        break;
    }
  }
  return { keys, hasDecimals };
}

/** Finds a key that stands twice in one object of a valid text. */
function refuseDuplicateKeys(text: string, outermost: "strict" | "lenient"): void {
  // One entry for each open bracket: the keys seen in an object, undefined for an array.
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

/** Where the string ends that starts at `start`: the place of its closing quote. Throws a JsonError where it does not end. */
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
  if (keys.has(key)) throw new JsonError(`a key stands twice, again at character ${at}`, key.slice(0, foundCharacters));
  keys.add(key);
}

/** Half of a surrogate pair is read as the replacement character by all but JavaScript, so that two keys can be the same. */
function unescape(literal: string): string {
  return (JSON.parse(literal) as string).toWellFormed();
}
