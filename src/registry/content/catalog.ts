import { contentLimits } from "./limits.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { readPage, type PageOf, type PageRequest } from "./page.ts";
import type { Services } from "../services.ts";

/** `Catalog` lists the repositories of the registry. */
export class Catalog {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** The repositories, in byte order. */
  list(request: PageRequest): Promise<PageOf<RepositoryName>> {
    const { store } = this.#services;
    return readPage(request, contentLimits.catalogDefaultEntries, (wanted) => store.repositories(wanted));
  }
}
