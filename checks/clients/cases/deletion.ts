// Deleting a tag keeps the manifest; deleting the manifest also deletes its tags.
import { assert, assertEqual } from "../assertions.ts";
import type { Client } from "../clients/client.ts";
import { CraneClient } from "../clients/crane.ts";
import { RegctlClient } from "../clients/regctl.ts";
import { SkopeoClient } from "../clients/skopeo.ts";
import { complaintOf } from "../command.ts";
import type { CaseContext } from "../context.ts";
import type { ImageSource } from "../images.ts";
import { pullAndCompare } from "./pulled.ts";

export async function deletionCases(context: CaseContext): Promise<void> {
  await context.test("crane deletes a tag", [CraneClient], (crane) =>
    deleteTag(context, crane, async (reference) => void (await crane.crane("delete", reference))),
  );
  await context.test("regctl deletes a tag", [RegctlClient], (regctl) =>
    deleteTag(
      context,
      regctl,
      async (reference) => void (await regctl.regctl(reference, ["tag", "delete", reference])),
    ),
  );
  await context.test("skopeo deletes a manifest", [SkopeoClient], (skopeo) =>
    deleteManifest(context, skopeo, async (repository) => {
      await skopeo.skopeo("delete", ...skopeo.flags(), `docker://${context.reference(repository, "one")}`);
    }),
  );
  await context.test("crane deletes a manifest by digest", [CraneClient], (crane) =>
    deleteManifest(context, crane, async (repository, digest) => {
      await crane.crane("delete", context.reference(repository, digest));
    }),
  );
  await context.test("regctl deletes a manifest by digest", [RegctlClient], (regctl) =>
    deleteManifest(context, regctl, async (repository, digest) => {
      const reference = context.reference(repository, digest);
      await regctl.regctl(reference, ["manifest", "delete", reference]);
    }),
  );
}

interface Pushed {
  readonly source: ImageSource;
  readonly digest: string;
}

/** Pushes one image under the tags `one` and `two`. */
async function pushTwoTags(context: CaseContext, client: Client, repository: string): Promise<Pushed> {
  const source = await context.inputs.twoLayers(repository.replace("/", "-"));
  await client.load(source);
  const digest = await client.push(source.name, context.reference(repository, "one"));
  assertEqual(
    "digest under the second tag",
    await client.push(source.name, context.reference(repository, "two")),
    digest,
  );
  return { source, digest };
}

async function deleteTag(
  context: CaseContext,
  client: Client,
  remove: (reference: string) => Promise<void>,
): Promise<void> {
  const { registry } = context;
  const repository = `deleted/tag-by-${client.name}`;
  const { source, digest } = await pushTwoTags(context, client, repository);
  await context.withTap(async (tap) => {
    await remove(context.reference(repository, "one", tap));
    const deletes = tap.requests.filter(({ method }) => method === "DELETE");
    assertEqual(
      "DELETE requests",
      deletes.map(({ target, status }) => `${target} ${status}`),
      [`${registry.pathOf(repository, "manifests/one")} 202`],
    );
  });
  await registry.assertManifestAbsent(repository, "one");
  assertEqual("digest of the other tag", await registry.resolve(repository, "two"), digest);
  assertEqual("digest of the manifest", await registry.resolve(repository, digest), digest);
  assertEqual("tags left", await registry.tags(repository), ["two"]);
  await pullAndCompare(context, client, { repository, reference: "two", source });
}

async function deleteManifest(
  context: CaseContext,
  client: Client,
  remove: (repository: string, digest: string) => Promise<void>,
): Promise<void> {
  const { registry } = context;
  const repository = `deleted/manifest-by-${client.name}`;
  const { source, digest } = await pushTwoTags(context, client, repository);
  await remove(repository, digest);
  for (const reference of ["one", "two", digest]) await registry.assertManifestAbsent(repository, reference);
  assertEqual("tags left", await registry.tags(repository), []);
  for (const other of context.clients) await assertRefused(other, context.reference(repository, "one"));
  assertEqual("digest pushed again", await client.push(source.name, context.reference(repository, "one")), digest);
  await pullAndCompare(context, client, { repository, reference: "one", source });
}

/** The client must report that the image does not exist, and not only exit with some error. */
async function assertRefused(client: Client, reference: string): Promise<void> {
  const complaint = await complaintOf(client.pull(reference));
  const saysGone = /not found|manifest unknown|MANIFEST_UNKNOWN|\b404\b/i.test(complaint);
  assert(saysGone, `${client.name} was to be told that ${reference} is gone: ${complaint}`);
}
