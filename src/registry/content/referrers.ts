import type { Grant } from "../../auth/grant.ts";
import { contentLimits } from "./limits.ts";
import type { Digest } from "../../oci/digest.ts";
import type { PageOf, PageRequest } from "./page.ts";
import type { Services } from "../services.ts";

/** `Referrers` lists the manifests that name another manifest as their subject, whether that one exists or not. */
export class Referrers {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * Descriptors in JSON, in the byte order of their digests. A page ends before its document exceeds the size that
   * clients read (REF-08).
   */
  async list(
    { repository, object: subject }: Grant<"pull", Digest>,
    artifactType: string | undefined,
    { n, last }: PageRequest,
  ): Promise<PageOf<string>> {
    const wanted = Math.min(n ?? contentLimits.pageEntries, contentLimits.pageEntries);
    if (wanted === 0) return { entries: [] };
    const page = { after: last, limit: wanted, bytes: contentLimits.referrersPageBytes };
    const { descriptors, next } = await this.#services.store.referrers(repository, subject, artifactType, page);
    return next === undefined ? { entries: descriptors } : { entries: descriptors, next: { n: wanted, last: next } };
  }
}
