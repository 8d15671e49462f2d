import type { Codec } from "../api/codec.ts";
import type { Parameter, Row } from "../api/describe.ts";
import { deriveOnce } from "../base/cache/cached.ts";
import { memoize } from "../base/cache/memoize.ts";
import { entryOf, RegistryError, type ErrorItem, type Failure } from "../oci/errors.ts";
import type { RawParameters } from "./router.ts";

/** A parameter that its codec refused, or that is missing. */
export class ParameterError extends RegistryError {
  /** Its name, as in the row. */
  readonly parameter: string;

  constructor(parameter: string, failure: Failure, item: ErrorItem) {
    super(failure, item);
    this.parameter = parameter;
  }
}

export type BoundValues = Readonly<Record<string, unknown>>;

/** The router gives the same object for the same path for a while: that is parsed once. */
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

export function bindQuery(row: Row, query: URLSearchParams): BoundValues {
  // Most requests have none.
  if (query.size === 0) return emptyQuery(row);
  return bindAll(row.query, "query parameter", (name, { required, repeated }) => {
    const texts = query.getAll(name);
    // Of a parameter that stands twice without being a list the first counts.
    return texts[0] === "" && !required && repeated === undefined ? none : texts;
  });
}

const emptyQuery = memoize((row: Row) => Object.freeze(bindAll(row.query, "query parameter", () => none)));

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
      const message = `the ${kind} ${name} stands ${texts.length} times`;
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

/** The text is shown back, cut to a length that a person reads; it only ever stands inside a JSON string. */
function refusal(
  { failure = "REQUEST_MALFORMED", doc }: Codec<unknown>,
  name: string,
  message: string,
  value: string,
): ParameterError {
  const expected = entryOf(failure).status === 404 ? undefined : doc;
  return new ParameterError(name, failure, { message, detail: { value: value.slice(0, 256), expected } });
}
