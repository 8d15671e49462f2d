/** The JSON replies of the registry match the schemas of their rows. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { contentOf } from "../../src/api/content.ts";
import { rows } from "../../src/api/table.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { descriptorOf, indexOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest, type Prepared } from "../support/prepared.ts";
import { putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { mismatchInReply } from "../support/reply-schema.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
let prepared: Prepared;
beforeAll(async () => {
  registry = await startRegistry();
  prepared = await prepare(registry, "library/schemas");
  const { name, manifest } = prepared;
  const referrer = indexOf([], { subject: descriptorOf(manifest, mediaTypes.ociManifest), annotations: { a: "b" } });
  await putManifest(registry.url, name, "referrer", referrer, mediaTypes.ociIndex);
});
afterAll(() => registry.dispose());

/** The rows with a reply whose JSON documents have a schema. */
const documented = rows.filter(({ method, successes }) =>
  Object.values(successes).some(
    (success) =>
      method === "GET" &&
      Object.entries(contentOf(success)).some(
        ([type, schema]) => type.endsWith("json") && Object.keys(schema).length > 0,
      ),
  ),
);

test.each(documented.map((row) => [row.id, row] as const))("%s", async (_, row) => {
  const { target } = succeedingRequest(row, prepared);
  expect(await mismatchInReply(row, await fetch(registry.url + target))).toBeUndefined();
});
