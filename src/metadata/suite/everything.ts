import { expect } from "bun:test";
import { metadataLimits } from "../limits.ts";
import { digestOf } from "../../oci/digest.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import { counted, measured, type MetadataStore } from "../store.ts";
import {
  deletion,
  digest,
  image,
  index,
  lone,
  lookUp,
  manifestDescriptor,
  now,
  pushBlob,
  pushManifest,
  pushSparse,
  received,
  repository,
  session,
  standing,
  tag,
  tarsumOf,
  tryPush,
} from "./content.ts";

const here = repository("team/app");
const there = repository("team/base");
const latest = tag("latest");

async function useInlineBlobs(store: MetadataStore): Promise<void> {
  const kept = { bytes: Buffer.from("short") };
  const short = await received(store, here, "short", kept);
  await store.commitBlob(short);
  await store.inlineBytes(short.key);
  await store.unnamedKeys([short.key]);
  await store.markBlobCorrupt(short.key);
  await store.commitBlob(await received(store, here, "short", kept));
}

/** Runs every operation, with each of its branches. */
export async function useEverything(store: MetadataStore): Promise<void> {
  await useUploads(store);
  for (const what of counted) await store.count(what);
  for (const what of measured) await store.measure(what, 0);
  const [config, loose] = [await pushBlob(store, here, "{}"), await pushBlob(store, here, "loose")];
  await store.commitBlob(await received(store, here, "named twice", { otherDigests: [digest("other")] }));
  await useTarsums(store);
  await store.recommitBlob(await received(store, here, "loose", { key: loose.key, otherDigests: [digest("other")] }));
  await store.markBlobCorrupt(loose.key);
  await store.checkWritable();
  await pushBlob(store, here, "loose");
  await store.mountBlob(here, there, config.digest, now, now);
  await store.pinBlob(here, config.digest, now);
  await store.blob(here, config.digest);
  await store.bytesOf(config.digest);
  await useInlineBlobs(store);
  await store.repositoriesWith(config.digest, 10);

  const picture = image([config]);
  const list = index([picture]);
  for (const document of [picture, list, list]) await pushManifest(store, here, document, [latest]);
  await useReferences(store);
  await useSignatures(store);
  const renamed = { ...list, manifest: { ...list.manifest, mediaType: picture.manifest.mediaType } };
  expect(await tryPush(store, here, renamed)).toMatchObject({ storedAs: list.manifest.mediaType });
  const mistyped = lone("mistyped");
  const plain = { ...mistyped.manifest, mediaType: mediaTypes.json };
  for (const manifest of [plain, mistyped.manifest]) await pushManifest(store, here, { ...mistyped, manifest });
  await useReferrers(store);
  await store.manifestByDigest(here, picture.digest);
  await store.manifestByTag(here, latest);
  expect(await store.isStored(await standing(store, here, list, [latest]), now)).toBe(true);
  await store.pinManifest(here, picture.digest, now);
  await store.repositoryExists(here);
  for (const after of [undefined, "a"]) await store.repositories({ after, limit: 10 });
  for (const after of [undefined, "a"]) await store.tags(here, { after, limit: 10 });
  await store.tagHistory(here, latest, { limit: 10 });
  await store.tagHistory(here, latest, { limit: 10, since: now, before: { at: now, id: 1 } });

  expect(await store.deleteBlob(deletion(here, config.digest))).toEqual({ referencedBy: picture.digest });
  expect(await store.deleteBlob(deletion(here, loose.digest))).toBe("deleted");
  expect(await store.deleteManifest(deletion(here, picture.digest))).toEqual({ referencedBy: list.digest });
  expect(await store.deleteManifest(deletion(here, list.digest))).toBe("deleted");
  await pushManifest(store, here, picture, [latest]);
  expect(await store.deleteTag(here, latest, now)).toBe("deleted");
  expect(await store.deleteManifest(deletion(here, picture.digest))).toBe("deleted");
}

async function useUploads(store: MetadataStore): Promise<void> {
  const { upload: id } = await received(store, here, "never committed");
  await store.startUpload(session(here));
  await store.upload(here, id);
  await store.knownUploads([id]);
  await store.expiredUploads(now, 10);
  await store.advanceUpload(id, 0, 1, now);
  await store.expireUpload(id, now);
  await store.endUpload(id);
}

async function useReferences(store: MetadataStore): Promise<void> {
  const children = Array.from({ length: metadataLimits.referencesAtOnce + 1 }, (_, nth) => lone(`child ${nth}`));
  for (const child of children) await pushManifest(store, here, child);
  const elsewhere = { digest: digest("elsewhere"), size: 1, foreign: true };
  const [config] = [await pushBlob(store, here, "configuration")];
  for (const tarsums of [false, true]) await lookUp(store, here, image([config, elsewhere]), tarsums);
  for (const _ of ["first", "again"]) await pushManifest(store, here, index(children));
  const awaited = lone("awaited");
  await pushSparse(store, here, index([awaited]));
  await pushManifest(store, here, awaited);
}

async function useSignatures(store: MetadataStore): Promise<void> {
  const signed = { digest: digest("signed"), mergedWith: undefined };
  await tryPush(store, here, lone("signed"), [], { signed });
}

async function useReferrers(store: MetadataStore): Promise<void> {
  const subject = manifestDescriptor(lone("subject"));
  const artifactType = "application/vnd.example.type";
  for (const label of ["short", "long".repeat(1_000)]) {
    await pushManifest(store, here, lone(label, { subject, artifactType }));
  }
  const page = { limit: 10, bytes: 1_000_000 };
  for (const wanted of [undefined, artifactType]) {
    const listed = await store.referrers(here, lone("subject").digest, wanted, page);
    expect(listed.descriptors).toHaveLength(2);
    await store.referrers(here, lone("subject").digest, wanted, { ...page, after: digestOf(new Uint8Array()) });
  }
}

async function useTarsums(store: MetadataStore): Promise<void> {
  const tarsums = [tarsumOf("layer")];
  await store.commitBlob(await received(store, here, "tar", { aliases: tarsums }));
  await store.blob(here, tarsums[0]!);
  await store.mountBlob(here, there, tarsums[0]!, now, now);
  await store.deleteBlob(deletion(there, tarsums[0]!));
}
