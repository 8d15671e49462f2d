import { mediaTypes } from "../oci/media-type.ts";
import type { Body, Content, Success } from "./describe.ts";

/** The media types for each kind of body, if the row does not name them. */
const usual: Readonly<Record<Success["body"], Content>> = {
  none: {},
  json: { [mediaTypes.json]: {} },
  text: { "text/plain; charset=utf-8": {} },
  manifest: { "*/*": {} },
  blob: { [mediaTypes.octets]: {} },
  document: { [mediaTypes.octets]: {} },
  stream: { [mediaTypes.octets]: {} },
  redirect: {},
};

/** Returns the media types that the body of a reply may have. For a HEAD, these are the types of the GET. */
export function contentOf({ body, content }: Success): Content {
  return content ?? usual[body];
}

/** Returns the media types that the body of a request may have. */
export function requestContentOf(body: Exclude<Body, { readonly kind: "none" }>): Content {
  return body.kind === "json" ? { [mediaTypes.json]: body.schema } : body.content;
}

/** Returns the media type of all replies with this outcome, or undefined if it differs from reply to reply. */
export function mediaTypeOf(success: Success): string | undefined {
  const [only, ...others] = Object.keys(contentOf(success));
  return others.length > 0 || only === "*/*" ? undefined : only;
}
