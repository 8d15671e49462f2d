import type { Codec } from "../api/codec.ts";
import type { Parameter, Row } from "../api/describe.ts";
import { deriveOnce } from "../base/cache/cached.ts";
import { memoize } from "../base/cache/memoize.ts";
import { entryOf, RegistryError, type ErrorItem, type Failure } from "../oci/errors.ts";
import type { RawParameters } from "./router.ts";

/** A parameter that its codec refused, or a required one that is missing. */
export class ParameterError extends RegistryError {
  /** The name of the parameter, as in the row. */
  readonly parameter: string;

  constructor(parameter: string, failure: Failure, item: ErrorItem) {
    super(failure, item);
    this.parameter = parameter;
  }
}

/** The parsed parameters of a request, by name. */
export type BoundValues = Readonly<Record<string, unknown>>;

/**
 * Parses the parameters in the path. The router returns the same object for a recently used path, so each is parsed
 * once.
 */
export function bindPath(row: Row, raw: RawParameters): BoundValues {
  return pathBinder(row)(raw);
}

const pathBinder = memoize(({ parameters }: Row) =>
  deriveOnce((raw: RawParameters): BoundValues => {
    const bound: Record<string, unknown> = {};
    for (const name in parameters) bound[name] = parse(parameters[name]!, name, "path segment", raw[name]!);
    return bound;
  }),
);

/** Parses the parameters in the query. */
export function bindQuery(row: Row, query: URLSearchParams): BoundValues {
  // Most requests have no query.
  if (query.size === 0) return emptyQuery(row);
  return bindAll(row.query, "query parameter", (name, { required, repeated }) => {
    const texts = query.getAll(name);
    // If a parameter that is not a list occurs twice, the first one counts.
    return texts[0] === "" && !required && repeated === undefined ? none : texts;
  });
}

const emptyQuery = memoize((row: Row) => Object.freeze(bindAll(row.query, "query parameter", () => none)));

/** Parses the header parameters. */
export function bindHeaders(row: Row, headers: Headers): BoundValues {
  return bindAll(row.headers, "header", (name, { mayBeEmpty }) => {
    const value = headers.get(name);
    return value === null || (value === "" && mayBeEmpty) ? none : [value];
  });
}

const none: readonly string[] = [];

function bindAll(
  parameters: Readonly<Record<string, Parameter>>,
  kind: string,
  read: (name: string, parameter: Parameter) => readonly string[],
): BoundValues {
  const bound: Record<string, unknown> = {};
  for (const name in parameters) {
    const parameter = parameters[name]!;
    const { codec, required, repeated, hint } = parameter;
    const texts = read(name, parameter);
    if (texts.length === 0 && !required) {
      bound[name] = repeated === undefined ? undefined : none;
      continue;
    }
    if (repeated !== undefined && texts.length > repeated) {
      const message = `the ${kind} ${name} occurs ${texts.length} times`;
      throw new ParameterError(name, "TOO_MANY_VALUES", { message, detail: { limit: repeated } });
    }
    if (texts.length === 0) throw refusal(codec, name, `the ${kind} ${name} is missing`, "");
    if (hint) bound[name] = codec.parse(texts[0]!);
    else if (repeated === undefined) bound[name] = parse(codec, name, kind, texts[0]!);
    else bound[name] = texts.map((text) => parse(codec, name, kind, text));
  }
  return bound;
}

function parse(codec: Codec<unknown>, name: string, kind: string, text: string): unknown {
  const value = codec.parse(text);
  if (value === undefined) throw refusal(codec, name, `the ${kind} ${name} is not a valid ${codec.name}`, text);
  return value;
}

/**
 * The error for a refused parameter. It shows the text, cut to a readable length. The text only ever appears inside a
 * JSON string.
 */
function refusal(
  { failure = "REQUEST_MALFORMED", doc }: Codec<unknown>,
  name: string,
  message: string,
  value: string,
): ParameterError {
  const expected = entryOf(failure).status === 404 ? undefined : doc;
  return new ParameterError(name, failure, { message, detail: { value: value.slice(0, 256), expected } });
}
