import type { Grant } from "../../auth/grant.ts";
import { contentLimits } from "./limits.ts";
import type { HistoryCursor, TagEvent } from "../../metadata/store.ts";
import type { Tag } from "../../oci/reference.ts";
import type { Services } from "../services.ts";

/** The parameters of a request for the history of a tag. */
export interface HistoryRequest {
  readonly n: number | undefined;
  /** Limits of the time in milliseconds since the epoch, both exclusive. */
  readonly since: number | undefined;
  readonly before: number | undefined;
  /** The last event of the previous page. It takes precedence over `before`. */
  readonly last: HistoryCursor | undefined;
}

/** One page of the history of a tag. */
export interface HistoryOf {
  readonly events: readonly TagEvent[];
  /** The parameters of the page with older events; absent on the last page. */
  readonly next?: { readonly n: number; readonly last: HistoryCursor };
}

/** `TagHistory` lists the digests that a tag pointed to, with times. */
export class TagHistory {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * The events of a tag, newest first. The list is empty if the tag never existed. The history stays after the tag or
   * its manifest is deleted.
   */
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
