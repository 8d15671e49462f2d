/** Pages at the start, in the middle and at the end of a list. */
import type { Client } from "../../src/loadtest/http/client.ts";
import { gets } from "../../src/loadtest/read.ts";
import type { Operation } from "../../src/loadtest/workload.ts";
import { digestOf } from "../../src/oci/digest.ts";

const entries = 1000;

/** Returns nothing if the list is shorter than a page. */
export async function pagesOf(
  client: Client,
  path: string,
  listed: { readonly length: number; at(index: number): string },
): Promise<Readonly<Record<string, Operation>>> {
  if (listed.length < entries) return {};
  const last = listed.length - entries;
  const places = { first: 0, middle: Math.min(listed.length / 2, last), last };
  const pages: [string, Operation][] = [];
  for (const [place, before] of Object.entries(places)) {
    const first = before === 0 ? [] : [["last", listed.at(before - 1)] as [string, string]];
    const query = new URLSearchParams([["n", String(entries)], ...first]);
    pages.push([
      `${place} page of ${entries}`,
      await readsPage(client, `${path}?${query}`, [listed.at(before), listed.at(before + entries - 1)]),
    ]);
  }
  return Object.fromEntries(pages);
}

/** The listed entries must not change, so new entries are added after the last one. */
async function readsPage(client: Client, path: string, ends: readonly string[]): Promise<Operation> {
  const { body = new Uint8Array() } = await client.ask(client.request("GET", path), 200, "keep");
  const page = Object.values(JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>).find(Array.isArray);
  const found = [page?.length, page?.[0], page?.at(-1)];
  if (!Bun.deepEquals(found, [entries, ...ends])) throw new Error(`${path} has ${found.join(" ")}`);
  return gets(client, { path, size: body.length, digest: digestOf(body) });
}
