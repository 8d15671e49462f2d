import type { Digest } from "../../oci/digest.ts";
import type { MediaType } from "../../oci/media-type.ts";
import type { Precondition } from "../../oci/precondition.ts";
import type { Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";

/** One page of the referrers of a manifest. */
export interface ReferrerList {
  /** Descriptors in JSON, as an image index lists them. */
  readonly descriptors: readonly string[];
  /** Set if another page follows: the digest after which it begins. */
  readonly next?: Digest;
}

/** A change of a tag. The manifests that it names may be deleted. */
export interface TagEvent {
  /** Increases with each event of the registry. */
  readonly id: number;
  /** The digest before the event; null if the tag did not exist. */
  readonly from: Digest | null;
  /** The digest after the event; null if the event removed the tag. */
  readonly to: Digest | null;
  /** Media type of `to`, or of `from` if the tag was removed; null if it was unknown when the event was recorded. */
  readonly mediaType: MediaType | null;
  readonly size: number | null;
  /** Name of the principal that made the change; null if it is unknown, or if the registry made it by itself. */
  readonly actor: string | null;
  readonly at: number;
}

/** A position in the history of a tag: between the event with this time and id and the event before it. */
export interface HistoryCursor {
  readonly at: number;
  readonly id: number;
}

/** Which part of a tag's history to read. */
export interface HistoryPage {
  /** Only events after this time. */
  readonly since?: number | undefined;
  readonly before?: HistoryCursor | undefined;
  readonly limit: number;
}

/** Which part of a list to read. */
export interface Page {
  /** Only entries after this one, which need not exist. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Which part of a list of referrers to read. */
export interface ReferrersPage extends Page {
  /** Maximum bytes of all descriptors of a page. A page with a single descriptor may have more. */
  readonly bytes: number;
}

/** The reads of a metadata store about repositories, tags and referrers. */
export interface ListingReads {
  repositoryExists(repository: RepositoryName): Promise<boolean>;
  /** Names of repositories in byte order. */
  repositories(page: Page): Promise<RepositoryName[]>;
  /** Tags in byte order. */
  tags(repository: RepositoryName, page: Page): Promise<Tag[]>;
  /** Events of a tag, newest first. The history remains when the tag and its manifests are deleted. */
  tagHistory(repository: RepositoryName, tag: Tag, page: HistoryPage): Promise<TagEvent[]>;
  /** Referrers in the byte order of their digests. */
  referrers(
    repository: RepositoryName,
    subject: Digest,
    artifactType: string | undefined,
    page: ReferrersPage,
  ): Promise<ReferrerList>;
}

/** The writes of a metadata store about repositories, tags and referrers. */
export interface ListingWrites {
  /** Removes a tag. The condition is checked in the same transaction. */
  deleteTag(
    repository: RepositoryName,
    tag: Tag,
    at: number,
    precondition?: Precondition,
    actor?: string,
  ): Promise<"deleted" | "unknown" | { readonly unmet: { readonly current: Digest } }>;
}
