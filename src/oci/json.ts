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
  const hasDecimals = scan(text, maxDepth, outermost === "strict");
  try {
    return hasDecimals && decimals === "NaN" ? JSON.parse(text, decimalsToNaN) : JSON.parse(text);
  } catch (error) {
    throw new JsonError("not valid JSON", (error as Error).message);
  }
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

/**
 * Refuses what is nested too deep and keys that stand twice; says whether there are numbers with a fraction or an exponent.
 * Looks only at strings, brackets and what stands in such numbers, and leaves every other rule to JSON.parse, which runs
 * afterwards: on valid JSON it sees exactly the keys, on anything else it may see nonsense, which JSON.parse then refuses.
 */
function scan(text: string, maxDepth: number, strictOutermost: boolean): boolean {
  // One entry for each open bracket: the keys seen in an object, undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  let lastString: string | undefined;
  let hasDecimals = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case char.quote: {
        const end = endOfString(text, at);
        lastString = text.slice(at, end + 1);
        at = end;
        break;
      }
      case char.colon:
        if (lastString !== undefined && (strictOutermost || open.length > 1)) noteKey(open.at(-1), lastString, at);
        lastString = undefined;
        break;
      case char.openBrace:
      case char.openBracket:
        if (open.length >= maxDepth) throw new JsonError(`nested deeper than ${maxDepth} levels at character ${at}`);
        open.push(text.charCodeAt(at) === char.openBrace ? new Set() : undefined);
        break;
      case char.closeBrace:
      case char.closeBracket:
        open.pop();
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
  return hasDecimals;
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

function noteKey(keys: Set<string> | undefined, literal: string, at: number): void {
  if (!keys) return;
  const key = literal.includes("\\") ? unescape(literal) : literal.slice(1, -1);
  if (keys.has(key)) throw new JsonError(`a key stands twice, again at character ${at}`, key.slice(0, foundCharacters));
  keys.add(key);
}

function unescape(literal: string): string {
  try {
    // Half of a surrogate pair is read as the replacement character by all but JavaScript, so that two keys can be the same.
    return (JSON.parse(literal) as string).toWellFormed();
  } catch {
    throw new JsonError("not valid JSON: a key has a malformed escape");
  }
}
