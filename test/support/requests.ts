/** Requests made from the rows of the API table, for the tests that go through all of them. */
import type { Codec } from "../../src/api/codec.ts";
import type { Row } from "../../src/api/describe.ts";
import { pathOf } from "../../src/api/path.ts";
import type { RawRequest } from "./raw.ts";

export interface Replacements {
  /** As they shall stand in the path. */
  readonly path?: Readonly<Record<string, string>>;
  /** As the codec shall see them. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
}

/** A request that this row answers, with its codecs' examples where nothing else is given. */
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
 * What a query has to hold for a codec to see an invalid text. Some examples are written percent-encoded, because they
 * cannot stand in a path otherwise; decoded they may be valid again, and then the percent sign itself is what is wrong.
 */
export function queryText({ parse }: Codec<unknown>, invalid: string): string {
  const decoded = decodeURIComponent(invalid);
  return parse(decoded) === undefined ? decoded : invalid;
}
