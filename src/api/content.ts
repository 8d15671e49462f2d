import { mediaTypes } from "../oci/media-type.ts";
import type { Content, Success } from "./describe.ts";

const usual: Readonly<Record<Success["body"], Content>> = {
  none: {},
  json: { [mediaTypes.json]: {} },
  text: { "text/plain; charset=utf-8": {} },
  manifest: { "*/*": {} },
  blob: { [mediaTypes.octets]: {} },
  document: { [mediaTypes.octets]: {} },
};

/** What a reply's body may be. For a HEAD, what the body of the GET would be. */
export function contentOf({ body, content }: Success): Content {
  return content ?? usual[body];
}

/** The media type of every such reply; undefined where each has its own. */
export function mediaTypeOf(success: Success): string | undefined {
  const [only, ...others] = Object.keys(contentOf(success));
  return others.length > 0 || only === "*/*" ? undefined : only;
}
