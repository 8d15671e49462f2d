import type { Grant } from "../../auth/grant.ts";
import { contentLimits } from "./limits.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { Tag } from "../../oci/reference.ts";
import { readPage, type PageOf, type PageRequest } from "./page.ts";
import type { Services } from "../services.ts";

/**
 * `Tags` lists the tags of a repository. A push moves tags together with the manifest that they point to: see
 * `manifests.ts`.
 */
export class Tags {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * The tags, in byte order. Without `n` it returns up to the maximum of a page, because many clients do not follow a
   * Link header (TAGS-10).
   */
  async list({ repository }: Grant<"pull">, request: PageRequest): Promise<PageOf<Tag>> {
    const { store } = this.#services;
    const page = await readPage(request, contentLimits.pageEntries, (wanted) => store.tags(repository, wanted));
    if (page.entries.length === 0 && !(await store.repositoryExists(repository))) {
      throw new RegistryError("NAME_UNKNOWN", { detail: { name: repository } });
    }
    return page;
  }
}
