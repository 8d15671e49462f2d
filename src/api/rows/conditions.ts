import { entityTags } from "../codecs/headers.ts";

/**
 * The conditions that a `DELETE` may have. They prevent that a client deletes content that another client has replaced
 * meanwhile, and that it has not seen.
 */
export const deletionConditions = {
  "if-match": { codec: entityTags, doc: "Removes the content only if it has one of these entity tags." },
  "if-none-match": { codec: entityTags, doc: "Removes the content only if it has none of these entity tags." },
} as const;
