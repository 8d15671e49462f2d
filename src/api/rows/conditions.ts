import { entityTags } from "../codecs.ts";

/** A deletion of what somebody else has replaced meanwhile would be one of something that the client has not seen. */
export const deletionConditions = {
  "if-match": { codec: entityTags, doc: "Removes only what has one of these entity tags." },
  "if-none-match": { codec: entityTags, doc: "Removes only what has none of these." },
} as const;
