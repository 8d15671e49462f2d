/** Requests made from the rows of the API table, for the tests that go through all of them. */
import type { Codec } from "../../src/api/codec.ts";
import type { Row } from "../../src/api/describe.ts";
import { pathOf } from "../../src/api/path.ts";
import type { RawRequest } from "./raw.ts";

/** Parameters that replace the examples of the codecs. */
export interface Replacements {
  /** Path parameters as they are sent. */
  readonly path?: Readonly<Record<string, string>>;
  /** Query parameters as the codec sees them. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
}

/** A request that this row answers. It uses the examples of the codecs unless another value is given. */
export function requestOf(row: Row, replacements: Replacements = {}): RawRequest {
  const path = Object.entries(row.parameters).map(([name, { examples }]) => [name, examples[0]] as const);
  const required = Object.entries(row.query)
    .filter(([name, { required: needed }]) => needed || row.when?.includes(name))
    .map(([name, { codec }]) => [name, codec.examples[0]] as const);
  const query = Object.entries({ ...Object.fromEntries(required), ...replacements.query });
  const search = query.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join("&");
  const body = replacements.body ?? (row.body.kind === "none" ? undefined : new TextEncoder().encode("12345"));
  return {
    method: row.method,
    target: pathOf(row, { ...Object.fromEntries(path), ...replacements.path }) + (search && `?${search}`),
    headers: replacements.headers ?? [],
    ...(body && { body }),
  };
}

/**
 * The text in a query with which a codec sees an invalid value. Some examples are percent-encoded, because a path
 * cannot contain them otherwise. Decoded they may be valid, and then the percent sign itself is the invalid part.
 */
export function queryText({ parse }: Codec<unknown>, invalid: string): string {
  const decoded = decodeURIComponent(invalid);
  return parse(decoded) === undefined ? decoded : invalid;
}
