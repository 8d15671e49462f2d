import type { Grant } from "../../auth/grant.ts";
import { contentLimits } from "./limits.ts";
import type { HistoryCursor, TagEvent } from "../../metadata/store.ts";
import type { Tag } from "../../oci/reference.ts";
import type { Services } from "../services.ts";

export interface HistoryRequest {
  readonly n: number | undefined;
  /** Milliseconds since the epoch, both exclusive. */
  readonly since: number | undefined;
  readonly before: number | undefined;
  /** The last event of the page before; wins over `before`. */
  readonly last: HistoryCursor | undefined;
}

export interface HistoryOf {
  readonly events: readonly TagEvent[];
  /** Set where there are older ones. */
  readonly next?: { readonly n: number; readonly last: HistoryCursor };
}

/** What a tag pointed to, and when. */
export class TagHistory {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Newest first; nothing where the tag never was. It stays when the tag, or what it pointed to, is deleted. */
  async list({ repository, object: tag }: Grant<"pull", Tag>, request: HistoryRequest): Promise<HistoryOf> {
    const wanted = Math.min(request.n ?? contentLimits.historyDefaultEntries, contentLimits.historyEntries);
    if (wanted === 0) return { events: [] };
    const found = await this.#services.store.tagHistory(repository, tag, {
      since: request.since,
      before: request.last ?? (request.before === undefined ? undefined : { at: request.before, id: 0 }),
      limit: wanted + 1,
    });
    const events = found.slice(0, wanted);
    return found.length > wanted ? { events, next: { n: wanted, last: events.at(-1)! } } : { events };
  }
}
