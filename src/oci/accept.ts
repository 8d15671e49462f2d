import { isSchema1, mediaTypes, parseMediaType } from "./media-type.ts";

/**
 * True if the sender of an Accept header can read only schema 1 manifests. Clients until 2016 sent no header, or only
 * schema 1 types and `application/json`, their other name for schema 1.
 */
export function knowsOnlySchema1(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === "") return true;
  return accept.split(",").every((range) => {
    const type = parseMediaType(range.trim());
    return type !== undefined && (isSchema1(type) || type === mediaTypes.json);
  });
}

/**
 * True if the sender of an Accept header prefers an HTML page to JSON. A sender without a preference gets the page. One
 * that names JSON explicitly, and HTML only by a wildcard, gets JSON.
 */
export function prefersHtml(accept = "*/*"): boolean {
  const [html, json] = [weightOf(accept, "text/html"), weightOf(accept, "application/json")];
  return html.quality > 0 && (html.quality - json.quality || html.precision - json.precision) >= 0;
}

/**
 * Quality and precision of the most precise range that fits a media type (RFC 9110 section 12.5.1). Precision is 1 to
 * 3; 0 means that no range fits.
 */
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

/** The quality parameter; 1 if it is missing or not a number. */
function qualityIn(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  const quality = Number(text ?? 1);
  return quality >= 0 && quality <= 1 ? quality : 1;
}
