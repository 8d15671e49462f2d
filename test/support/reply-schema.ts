import { contentOf } from "../../src/api/content.ts";
import type { Row } from "../../src/api/describe.ts";
import { mismatchOf, type Mismatch } from "../../src/api/mismatch.ts";

/** Returns the first place where the JSON body of a reply does not match the schema of its row; undefined if it matches. */
export async function mismatchInReply(row: Row, response: Response): Promise<Mismatch | undefined> {
  const success = Object.values(row.successes).find(({ status }) => status === response.status);
  if (!success) throw new Error(`${row.id} has no success with status ${response.status}`);
  const mediaType = response.headers.get("content-type")!;
  const schema = contentOf(success)[mediaType];
  if (!schema) throw new Error(`${row.id} has no body of type ${mediaType}`);
  return mismatchOf(schema, await response.json());
}
