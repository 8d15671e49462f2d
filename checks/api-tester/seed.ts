/** Makes content for the tester, and a request that succeeds for each row of the table. */
import type { Row } from "../../src/api/describe.ts";
import { rows } from "../../src/api/table.ts";
import { prepare, succeedingRequest } from "../../test/support/prepared.ts";

/** The data that hooks.py passes to schemathesis. */
export interface Seed {
  readonly requests: readonly object[];
  /** Examples by the name of their schema in the document. */
  readonly examples: Readonly<Record<string, readonly string[]>>;
}

export async function seed(url: string): Promise<Seed> {
  const requests: object[] = [];
  for (const row of rows) requests.push(await requestFor(row, url));
  const { name, tag, manifest, blob, loose } = await prepare({ url }, "seed/own");
  const digests = [manifest, blob, loose].map(({ digest }) => digest);
  const names = { "repository-name": [name], "repository-name-of-2014": [name] };
  return { requests, examples: { ...names, tag: [tag], digest: digests } };
}

/** Makes each request in a separate repository, because some requests remove content that others need. */
async function requestFor(row: Row, url: string): Promise<object> {
  const { target, headers = [], body } = succeedingRequest(row, await prepare({ url }, `seed/${row.id}`));
  return { row: row.id, target, headers, body: body && Buffer.from(body).toString("base64") };
}
