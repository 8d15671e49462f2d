import { isSchema1, mediaTypes, parseMediaType } from "./media-type.ts";

/**
 * Whether the sender of an Accept header knows manifests of schema 1 and no others: it has none, or names only those, as
 * clients until 2016 did. `application/json` is what such clients called them, too.
 */
export function knowsOnlySchema1(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === "") return true;
  return accept.split(",").every((range) => {
    const type = parseMediaType(range.trim());
    return type !== undefined && (isSchema1(type) || type === mediaTypes.json);
  });
}
