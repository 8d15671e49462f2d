import type { Grant } from "../../auth/grant.ts";
import { contentLimits } from "./limits.ts";
import type { Digest } from "../../oci/digest.ts";
import type { PageOf, PageRequest } from "./page.ts";
import type { Services } from "../services.ts";

/** The manifests that name another as their subject, whether that one is here or not. */
export class Referrers {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * Descriptors in JSON, in the byte order of their digests; a page ends where its document would grow beyond what clients
   * read (REF-08).
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
