import type { MetadataReads, MetadataWrites } from "../store.ts";
import { blobReads, blobWrites } from "./blobs.ts";
import { countReads } from "./counts.ts";
import { manifestReads, manifestWrites } from "./manifests.ts";
import { one, type Operations } from "./operation.ts";
import { referenceReads } from "./references.ts";
import { referrerReads } from "./referrers.ts";
import { repositoryReads } from "./repositories.ts";
import { tagReads, tagWrites } from "./tags.ts";
import { uploadReads, uploadWrites } from "./uploads.ts";

/** The operations of all reads of a metadata store. */
export const reads: Operations<MetadataReads> = {
  ...repositoryReads,
  ...tagReads,
  ...blobReads,
  ...manifestReads,
  ...referenceReads,
  ...referrerReads,
  ...uploadReads,
  ...countReads,
};

/** The operations of all writes of a metadata store. */
export const writes: Operations<MetadataWrites> = {
  ...uploadWrites,
  ...blobWrites,
  ...manifestWrites,
  ...tagWrites,
  *checkWritable() {
    yield* one("SELECT name FROM repositories WHERE id = 0");
  },
};
