/**
 * Measures the cost of a page of each listing over HTTP, at the start, in the middle and at the end of the list: with a
 * thousand tags, repositories and referrers, and with a hundred thousand. Prints medians of a registry in a separate
 * process.
 *
 *   bun bench/listings.ts
 */
import { join } from "node:path";
import { startProcess, withDirectory } from "../test/support/process.ts";
import { fill, repository, subject, type Listed } from "./listing-store.ts";

const sizes = [1_000, 100_000];
const entries = 100;
const rounds = 101;

const paths: Readonly<Record<keyof Listed, string>> = {
  tags: `/v2/${repository}/tags/list`,
  repositories: "/v2/_catalog",
  referrers: `/v2/${repository}/referrers/${subject}`,
};

/** The pages of a list, with the number of entries before each. */
function placesOf(listed: readonly string[]): Readonly<Record<string, number>> {
  return { first: 0, middle: listed.length / 2, last: listed.length - entries };
}

async function timePage(url: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(url);
  const page = (await response.json()) as Record<string, readonly unknown[]>;
  const ms = performance.now() - started;
  const { length } = page["tags"] ?? page["repositories"] ?? page["manifests"] ?? [];
  if (length !== entries) throw new Error(`${response.status}, ${length} entries from ${url}`);
  return ms;
}

/** Measures the pages alternately, so that other load on the machine affects all of them. */
async function medians(urls: readonly string[]): Promise<number[]> {
  const times = urls.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [at, url] of urls.entries()) times[at]!.push(await timePage(url));
  return times.map((each) => each.toSorted((a, b) => a - b)[rounds >> 1]!);
}

async function measure(url: string, name: keyof Listed, listed: readonly string[]): Promise<void> {
  const places = placesOf(listed);
  const urls = Object.values(places).map((before) => {
    const last = listed[before - 1];
    return `${url}${paths[name]}?${new URLSearchParams({ n: String(entries), ...(last && { last }) })}`;
  });
  const found = await medians(urls);
  const columns = Object.keys(places).map((place, at) => `${place} ${found[at]!.toFixed(2)} ms`);
  process.stdout.write(`${String(listed.length).padStart(8)} ${name}: ${columns.join(", ")}\n`);
}

process.stdout.write(`pages of ${entries} entries\n`);
await withDirectory(async (folder) => {
  for (const size of sizes) {
    const data = join(folder, String(size));
    const listed = await fill(data, size);
    const registry = await startProcess(["--listen", "127.0.0.1:0", "--data", data, "--log", "off"]);
    for (const name of ["tags", "repositories", "referrers"] as const) await measure(registry.url, name, listed[name]);
    await registry.end();
  }
});
