import type { Grant } from "../../auth/grant.ts";
import { contentLimits } from "./limits.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { Tag } from "../../oci/reference.ts";
import { readPage, type PageOf, type PageRequest } from "./page.ts";
import type { Services } from "../services.ts";

/** The tags of a repository. They are moved together with the manifest that they point to: see `manifests.ts`. */
export class Tags {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** In byte order; without `n` as many as there are, since many clients do not follow a Link (TAGS-10). */
  async list({ repository }: Grant<"pull">, request: PageRequest): Promise<PageOf<Tag>> {
    const { store } = this.#services;
    const page = await readPage(request, contentLimits.pageEntries, (wanted) => store.tags(repository, wanted));
    if (page.entries.length === 0 && !(await store.repositoryExists(repository))) {
      throw new RegistryError("NAME_UNKNOWN", { detail: { name: repository } });
    }
    return page;
  }
}
