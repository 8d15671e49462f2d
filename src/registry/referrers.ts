import type { Grant } from "../auth/grant.ts";
import { limits } from "../base/limits.ts";
import type { ReferrerRecord } from "../metadata/store.ts";
import type { Digest } from "../oci/digest.ts";
import type { PageOf, PageRequest } from "./page.ts";
import type { Services } from "./services.ts";

/** One entry of the list, in the field names of an image index (REF-05). */
export interface ReferrerDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The manifests that name another as their subject, whether that one is here or not. */
export class Referrers {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** In the byte order of their digests; a page ends where its document would grow beyond what clients read (REF-08). */
  async list(
    { repository, object: subject }: Grant<"pull", Digest>,
    artifactType: string | undefined,
    { n, last }: PageRequest,
  ): Promise<PageOf<ReferrerDescriptor>> {
    const wanted = Math.min(n ?? limits.pageEntries, limits.pageEntries);
    const entries: ReferrerDescriptor[] = [];
    let bytes = 0;
    let after = last;
    for (;;) {
      const step = await this.#services.store.referrers(repository, subject, artifactType, {
        after,
        limit: limits.referrersStep,
      });
      for (const record of step) {
        const entry = describe(record);
        bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
        const full = entries.length === wanted || (bytes > limits.referrersPageBytes && entries.length > 0);
        if (full) return wanted === 0 ? { entries } : { entries, next: { n: wanted, last: entries.at(-1)!.digest } };
        entries.push(entry);
      }
      if (step.length < limits.referrersStep) return { entries };
      after = step.at(-1)!.digest;
    }
  }
}

function describe({ mediaType, digest, size, artifactType, annotations }: ReferrerRecord): ReferrerDescriptor {
  return {
    mediaType,
    digest,
    size,
    ...(artifactType !== null && { artifactType }),
    ...(annotations && { annotations }),
  };
}
