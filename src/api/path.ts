/** The name of the only parameter that may span several segments. */
export const spanning = "name";

/** A segment of a path template. */
export type Segment = { readonly literal: string } | { readonly parameter: string };

/** A path template, split into segments. */
export interface PathTemplate {
  /** The segments before the repository name, or all segments if the path has no name. */
  readonly head: readonly Segment[];
  /** The segments after the repository name, or undefined if the path has no name. */
  readonly tail: readonly Segment[] | undefined;
}

/** Parses a path template. It ignores a trailing slash, because every path works with and without one (PATH-03). */
export function parseTemplate(path: string): PathTemplate {
  const segments = path.split("/").slice(1);
  // The root is one empty segment, as in the router.
  if (segments.length > 1 && segments.at(-1) === "") segments.pop();
  const parsed = segments.map((text): Segment =>
    text.startsWith("{") ? { parameter: text.slice(1, -1) } : { literal: text },
  );
  const name = parsed.findIndex((segment) => "parameter" in segment && segment.parameter === spanning);
  return name < 0 ? { head: parsed, tail: undefined } : { head: parsed.slice(0, name), tail: parsed.slice(name + 1) };
}

/** Returns the path of a row with its parameters. The path is relative, like every Location and Link (docs/choices.md). */
export function pathOf(row: { readonly path: string }, parameters: Readonly<Record<string, string>>): string {
  return row.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new TypeError(`no value for {${name}} of ${row.path}`);
    return value;
  });
}
