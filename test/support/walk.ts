/** Reads listings page by page along the Link headers, also while the listed content changes. */
import { expect } from "bun:test";
import { parseNextLink } from "../../src/oci/link-header.ts";

const mostPages = 1_000;

/** One page of a listing. */
export interface Page {
  readonly entries: readonly string[];
  readonly bytes: number;
  readonly next: string | undefined;
}

interface Document {
  readonly tags?: readonly string[];
  readonly repositories?: readonly string[];
  readonly manifests?: readonly { readonly digest: string }[];
}

async function pageAt(url: string): Promise<Page> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const text = await response.text();
  const { tags, repositories, manifests } = JSON.parse(text) as Document;
  const link = response.headers.get("link");
  return {
    entries: tags ?? repositories ?? manifests!.map(({ digest }) => digest),
    bytes: Buffer.byteLength(text),
    next: link === null ? undefined : parseNextLink(link),
  };
}

/** All pages, along the Link headers. */
export async function walk(url: string, path: string): Promise<Page[]> {
  const pages: Page[] = [];
  for (let next: string | undefined = path; next !== undefined && pages.length < mostPages;) {
    const page: Page = await pageAt(url + next);
    pages.push(page);
    next = page.next;
  }
  return pages;
}

/**
 * The possible entries of a listing in byte order, with functions that add and remove them. Some do not exist at the
 * start.
 */
export interface Listing {
  readonly path: string;
  readonly all: readonly string[];
  readonly add: (entry: string) => Promise<void>;
  readonly remove?: (entry: string) => Promise<void>;
}

/** Whether the entry with this index exists at the start. */
export const isThereAtFirst = (_: string, at: number) => at % 10 !== 5;

/**
 * Reads all pages. Before each page, an entry is added and one removed after the current position, one is added
 * before it, and the last entry of the previous page is removed. Each page must have the current entries after the
 * end of the previous page.
 */
export async function walkWhileChanging(url: string, { path, all, add, remove }: Listing): Promise<string[]> {
  const present = new Set(all.filter(isThereAtFirst));
  const appear = async (entry: string | undefined) => {
    if (entry === undefined || present.has(entry)) return;
    await add(entry);
    present.add(entry);
  };
  const vanish = async (entry: string | undefined) => {
    if (!remove || entry === undefined || !present.delete(entry)) return;
    await remove(entry);
  };
  let walked: string[] = [];
  let next: string | undefined = `${path}?n=100`;
  while (next !== undefined && walked.length <= all.length) {
    const cursor = walked.at(-1);
    const reached = cursor === undefined ? 0 : all.indexOf(cursor);
    for (const step of [15, 25, -15]) await appear(all[Math.round(reached / 10) * 10 + step]);
    for (const step of [0, 7, 30]) await vanish(all[reached + step]);
    const ahead = all.filter((entry) => present.has(entry) && (cursor === undefined || entry > cursor));
    const page: Page = await pageAt(url + next);
    expect(page.entries).toEqual(ahead.slice(0, 100));
    expect(page.next !== undefined).toBe(ahead.length > 100);
    walked = walked.concat(page.entries);
    next = page.next;
  }
  expect(walked).not.toEqual(all.filter(isThereAtFirst));
  return walked;
}
