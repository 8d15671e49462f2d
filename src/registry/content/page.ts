import { contentLimits } from "./limits.ts";

/** What a client asks of a listing. */
export interface PageRequest {
  /** Entries wanted; absent, the listing has its own idea. */
  readonly n: number | undefined;
  /** Only what comes after this. */
  readonly last: string | undefined;
}

export interface PageOf<T> {
  readonly entries: readonly T[];
  /** Set where there is more: what to ask with, to get it. */
  readonly next?: { readonly n: number; readonly last: string };
}

/**
 * One page. One entry more than wanted is read, to know whether to promise another page; `n` is clamped, so that no number
 * a client can write makes the registry hold more than `contentLimits.pageEntries` (LIM-05).
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
