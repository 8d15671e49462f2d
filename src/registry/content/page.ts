import { contentLimits } from "./limits.ts";

/** The parameters of a request for a listing. */
export interface PageRequest {
  /** The requested number of entries; if absent, the listing uses its default. */
  readonly n: number | undefined;
  /** The listing starts after this entry. */
  readonly last: string | undefined;
}

/** One page of a listing. */
export interface PageOf<T> {
  readonly entries: readonly T[];
  /** The parameters of the next page; absent on the last page. */
  readonly next?: { readonly n: number; readonly last: string };
}

/**
 * Reads one page. It reads one entry more than requested, to know whether a next page exists. It limits `n`, so that
 * no client can make the registry buffer more than `contentLimits.pageEntries` entries (LIM-05).
 */
export async function readPage<T extends string>(
  { n, last }: PageRequest,
  defaultEntries: number,
  read: (page: { after: string | undefined; limit: number }) => Promise<readonly T[]>,
): Promise<PageOf<T>> {
  const wanted = Math.min(n ?? defaultEntries, contentLimits.pageEntries);
  if (wanted === 0) return { entries: [] };
  const found = await read({ after: last, limit: wanted + 1 });
  const entries = found.slice(0, wanted);
  const end = entries.at(-1);
  return found.length > wanted && end !== undefined ? { entries, next: { n: wanted, last: end } } : { entries };
}
