import { expect, test } from "bun:test";
import { Client } from "../../src/loadtest/http/client.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { startRegistry, type TestRegistry } from "../../test/support/registry.ts";
import { Dataset } from "./dataset.ts";
import { getsManifests, headsManifests, pushes, pushesIntoNew, setsTag } from "./operations.ts";
import { pagesOf } from "./pages.ts";

/** A registry that contains the dataset, and a client for it. */
async function filled(dataset: Dataset): Promise<{ registry: TestRegistry; client: Client }> {
  const registry = await startRegistry();
  const client = clientOf(registry);
  await dataset.pushBlobs(client);
  // Readers see the commit of another connection, and the registry writes nothing meanwhile.
  dataset.fill(registry.data);
  return { registry, client };
}

function clientOf({ port }: TestRegistry): Client {
  return new Client({ hostname: "127.0.0.1", port, host: `127.0.0.1:${port}` });
}

test("content that is written into the store is served as if it had been pushed", async () => {
  const dataset = new Dataset({ manifests: 12, repositories: 3 });
  const { registry, client } = await filled(dataset);
  const found = await fetch(`${registry.url}/v2/${dataset.repositoryOf(7)}/manifests/${dataset.tagOf(7)}`);
  expect([found.status, digestOf(await found.bytes())]).toEqual([200, digestOf(dataset.bytesOf(7))]);
  const tags = await fetch(`${registry.url}/v2/${dataset.repositoryOf(1)}/tags/list`);
  expect(await tags.json()).toMatchObject({ tags: [1, 4, 7, 10].map((nth) => dataset.tagOf(nth)) });
  const blob = await fetch(`${registry.url}/v2/${dataset.repositoryOf(2)}/blobs/${dataset.blobs[0]}`);
  expect([blob.status, (await blob.bytes()).length]).toEqual([200, 4096]);

  const operations = [
    getsManifests(client, dataset, "tag"),
    getsManifests(client, dataset, "digest"),
    headsManifests(client, dataset),
    pushes(dataset),
    setsTag(dataset),
    pushesIntoNew(dataset),
  ];
  // Each operation throws if the response is wrong.
  for (const operation of operations) for (const nth of [0, 1]) await operation(client, nth);
  const { repositories } = (await (await fetch(`${registry.url}/v2/_catalog`)).json()) as { repositories: string[] };
  expect(repositories).toHaveLength(1 + 3 + 2);
  client.close();
  await registry.dispose();
});

test("pages are at their expected positions", async () => {
  const dataset = new Dataset({ manifests: 2_500, repositories: 1 });
  const { registry, client } = await filled(dataset);
  const list = `/v2/${dataset.repositoryOf(0)}/tags/list`;
  const pages = await pagesOf(client, list, { length: 2_500, at: (nth) => dataset.tagOf(nth) });
  expect(Object.keys(pages)).toEqual(["first page of 1000", "middle page of 1000", "last page of 1000"]);
  for (const page of Object.values(pages))
    expect(await page(client, 0)).toBeGreaterThan(1000 * dataset.tagOf(0).length);
  const wrong = pagesOf(client, list, { length: 2_500, at: (nth) => dataset.tagOf(nth + 1) });
  expect(await wrong.catch(String)).toContain("has 1000 v0000000");
  expect(await pagesOf(client, list, { length: 999, at: (nth) => dataset.tagOf(nth) })).toEqual({});
  client.close();
  await registry.dispose();
});
