/** The operations on a registry with a dataset. */
import { pathTo } from "../../src/api/routes.ts";
import type { Client } from "../../src/loadtest/http/client.ts";
import { pushManifest } from "../../src/loadtest/push.ts";
import { gets, heads, type Stored } from "../../src/loadtest/read.ts";
import type { Operation } from "../../src/loadtest/workload.ts";
import { digestOf } from "../../src/oci/digest.ts";
import type { Tag } from "../../src/oci/reference.ts";
import type { RepositoryName } from "../../src/oci/repository-name.ts";
import { origin, type Dataset } from "./dataset.ts";

/** The number of random manifests that are read. With the warm-up rounds, few of them are read twice. */
const draws = 50_000;

export function getsManifest(client: Client, dataset: Dataset, nth: number): Operation {
  return gets(client, storedOf(dataset, nth, "tag"));
}

export function getsManifests(client: Client, dataset: Dataset, by: "tag" | "digest"): Operation {
  return inTurn(drawn(dataset).map((nth) => gets(client, storedOf(dataset, nth, by))));
}

export function headsManifests(client: Client, dataset: Dataset): Operation {
  return inTurn(drawn(dataset).map((nth) => heads(client, storedOf(dataset, nth, "tag"))));
}

/** Pushes a new manifest with a new tag to an existing repository. */
export function pushes(dataset: Dataset): Operation {
  const run = crypto.randomUUID();
  return async (client, nth) => {
    const bytes = dataset.bytesOf(`${run}-${nth}`);
    await pushManifest(client, dataset.repositoryOf(random(dataset.repositories)), newTag(run, nth), bytes);
    return bytes.length;
  };
}

/** Sets another tag of an existing manifest. */
export function setsTag(dataset: Dataset): Operation {
  const run = crypto.randomUUID();
  return async (client, nth) => {
    const at = random(dataset.manifests);
    const bytes = dataset.bytesOf(at);
    await pushManifest(client, dataset.repositoryOf(at), newTag(run, nth), bytes);
    return bytes.length;
  };
}

/** Pushes an image to a new repository: mounts both blobs, then pushes the manifest. */
export function pushesIntoNew(dataset: Dataset): Operation {
  const run = crypto.randomUUID();
  const bytes = dataset.bytesOf(run);
  return async (client, nth) => {
    // The name is the last one in the catalogue.
    const name = `curves/s${run}-${nth}` as RepositoryName;
    for (const digest of dataset.blobs) await mount(client, name, digest);
    await pushManifest(client, name, newTag(run, nth), bytes);
    return bytes.length;
  };
}

async function mount(client: Client, name: RepositoryName, digest: string): Promise<void> {
  const query = new URLSearchParams({ mount: digest, from: origin });
  await client.ask(client.request("POST", `${pathTo("today", "blob-upload", { name })}?${query}`), 201);
}

function storedOf(dataset: Dataset, nth: number, by: "tag" | "digest"): Stored {
  const name = dataset.repositoryOf(nth);
  const bytes = dataset.bytesOf(nth);
  const digest = digestOf(bytes);
  const path =
    by === "tag"
      ? pathTo("today", "manifest", { name, tag: dataset.tagOf(nth) })
      : pathTo("today", "manifest-by-digest", { name, digest });
  return { path, size: bytes.length, digest };
}

/** Runs the operations alternately. */
function inTurn(operations: readonly Operation[]): Operation {
  return (client, nth) => operations[nth % operations.length]!(client, nth);
}

function drawn(dataset: Dataset): number[] {
  return Array.from({ length: Math.min(draws, dataset.manifests) }, () => random(dataset.manifests));
}

function newTag(run: string, nth: number): Tag {
  // The name is the last one in the list.
  return `w${run}-${nth}` as Tag;
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}
