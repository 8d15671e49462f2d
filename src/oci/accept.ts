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

/**
 * Whether the sender of an Accept header would rather have an HTML page than JSON. One that has no preference gets the page; one
 * that names JSON, and HTML only by a wildcard, does not.
 */
export function prefersHtml(accept = "*/*"): boolean {
  const [html, json] = [weightOf(accept, "text/html"), weightOf(accept, "application/json")];
  return html.quality > 0 && (html.quality - json.quality || html.precision - json.precision) >= 0;
}

/** What the most precise range that fits a media type says of it (RFC 9110 section 12.5.1); precision is 1 to 3, 0 for none. */
function weightOf(accept: string, type: string): { readonly quality: number; readonly precision: number } {
  const ranges = ["*/*", `${type.split("/")[0]}/*`, type];
  let best = { quality: 0, precision: 0 };
  for (const element of accept.toLowerCase().split(",")) {
    const [range = "", ...parameters] = element.split(";").map((part) => part.trim());
    const precision = ranges.indexOf(range) + 1;
    if (precision > best.precision) best = { quality: qualityIn(parameters), precision };
  }
  return best;
}

/** 1 where no parameter says another, or none that is a number. */
function qualityIn(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  const quality = Number(text ?? 1);
  return quality >= 0 && quality <= 1 ? quality : 1;
}
