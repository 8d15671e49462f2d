/** The only parameter that may span several segments. */
export const spanning = "name";

/** A path template, cut into its segments. */
export type Segment = { readonly literal: string } | { readonly parameter: string };

export interface PathTemplate {
  /** What comes before the repository name; the whole path where there is none. */
  readonly head: readonly Segment[];
  /** What comes after it; undefined where the path has no name. */
  readonly tail: readonly Segment[] | undefined;
}

/** A trailing slash means nothing: every route is served with and without one (PATH-03). */
export function parseTemplate(path: string): PathTemplate {
  const segments = path.split("/").slice(1);
  // The root is one empty segment, as the router cuts it.
  if (segments.length > 1 && segments.at(-1) === "") segments.pop();
  const parsed = segments.map((text): Segment =>
    text.startsWith("{") ? { parameter: text.slice(1, -1) } : { literal: text },
  );
  const name = parsed.findIndex((segment) => "parameter" in segment && segment.parameter === spanning);
  return name < 0 ? { head: parsed, tail: undefined } : { head: parsed.slice(0, name), tail: parsed.slice(name + 1) };
}

/** The path of a row with its parameters filled in; relative, as every Location and Link is (docs/choices.md). */
export function pathOf(row: { readonly path: string }, parameters: Readonly<Record<string, string>>): string {
  return row.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new TypeError(`no value for {${name}} of ${row.path}`);
    return value;
  });
}
