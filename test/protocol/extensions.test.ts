/** Extension discovery, and the history of tags. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { parseNextLink } from "../../src/oci/link-header.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushImage } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "team/history";
const minuteMs = 60_000;

let registry: TestRegistry;
/** The digests that the tag pointed to, one a minute. */
const digests: string[] = [];
let start: number;
beforeAll(async () => {
  registry = await startRegistry();
  start = registry.clock.now();
  for (const seed of ["one", "two", "three"]) {
    const { manifest } = await pushImage(registry.url, name, "latest", seed);
    digests.push(manifest.digest);
    registry.clock.advance(minuteMs);
  }
  const gone = await fetch(`${registry.url}/v2/${name}/manifests/latest`, { method: "DELETE" });
  expect(gone.status).toBe(202);
  // One of the manifests of the tag is deleted as well.
  const manifest = await fetch(`${registry.url}/v2/${name}/manifests/${digests[1]}`, { method: "DELETE" });
  expect(manifest.status).toBe(202);
});
afterAll(() => registry.dispose());

const prefix = "org.opencontainers.distribution.tag.";

interface Entry {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

async function history(query = "", tag = "latest", repository = name) {
  const response = await fetch(`${registry.url}/v2/${repository}/_oci/tag-history/${tag}${query}`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, mediaTypes.ociIndex]);
  const { manifests, ...rest } = (await response.json()) as { manifests: Entry[] };
  expect(rest).toEqual({ schemaVersion: 2, mediaType: mediaTypes.ociIndex } as object);
  const link = response.headers.get("link");
  return { manifests, next: link === null ? undefined : parseNextLink(link) };
}

const at = (minutes: number) => new Date(start + minutes * minuteMs).toISOString();

/** The expected entries without types and sizes. */
function expected(): object[] {
  const [one, two, three] = digests;
  return [
    { digest: three, [`${prefix}time`]: at(3), [`${prefix}event`]: "deleted" },
    { digest: three, [`${prefix}time`]: at(2), [`${prefix}event`]: "moved", [`${prefix}previous`]: two },
    { digest: two, [`${prefix}time`]: at(1), [`${prefix}event`]: "moved", [`${prefix}previous`]: one },
    { digest: one, [`${prefix}time`]: at(0), [`${prefix}event`]: "created" },
  ];
}

const plain = ({ digest, annotations }: Entry): object => ({ digest, ...annotations });

test("EXT-03 the history of a tag is an index, newest first, and outlives the tag and its manifests", async () => {
  const { manifests, next } = await history();
  expect(manifests.map(plain)).toEqual(expected());
  expect(next).toBeUndefined();
  for (const { mediaType, size } of manifests) {
    expect(mediaType).toBe(mediaTypes.ociManifest);
    expect(size).toBeGreaterThan(200);
  }
});

test("EXT-03 since and before are exclusive, and a plus sign may be unencoded", async () => {
  const all = expected();
  const part = async (query: string) => (await history(query)).manifests.map(plain);
  expect(await part(`?since=${at(1)}`)).toEqual(all.slice(0, 2));
  expect(await part(`?before=${at(2)}`)).toEqual(all.slice(2));
  expect(await part(`?since=${at(0)}&before=${at(3)}`)).toEqual(all.slice(1, 3));
  expect(await part(`?since=${at(3).replace("Z", "+00:00")}`)).toEqual([]);
});

test("EXT-03 the Links lead through all pages, and each event occurs once", async () => {
  const seen: object[] = [];
  let next: string | undefined = `/v2/${name}/_oci/tag-history/latest?n=1&since=${at(0)}`;
  for (let pages = 0; next !== undefined && pages < 10; pages += 1) {
    const page: Awaited<ReturnType<typeof history>> = await history(next.slice(next.indexOf("?")));
    expect(page.manifests).toHaveLength(1);
    seen.push(...page.manifests.map(plain));
    next = page.next;
  }
  expect(seen).toEqual(expected().slice(0, 3));
});

test("EXT-03 n=0 returns an empty list; a tag or repository that never existed has an empty history", async () => {
  expect(await history("?n=0")).toEqual({ manifests: [], next: undefined });
  expect(await history("", "never")).toEqual({ manifests: [], next: undefined });
  expect(await history("", "latest", "no/such/repository")).toEqual({ manifests: [], next: undefined });
});

test("EXT-03 an invalid time, count or cursor is refused", async () => {
  for (const query of ["since=yesterday", "before=2026-13-01T00:00:00Z", "n=-1", "last=1"]) {
    const response = await fetch(`${registry.url}/v2/${name}/_oci/tag-history/latest?${query}`);
    expect([query, response.status, await codesOf(response)]).toEqual([query, 400, ["UNSUPPORTED"]]);
  }
});

interface Extensions {
  readonly extensions: readonly { readonly name: string; readonly url: string; readonly endpoints: string[] }[];
}

async function discover(path: string): Promise<Record<string, string[]>> {
  const response = await fetch(registry.url + path);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  const { extensions } = (await response.json()) as Extensions;
  for (const { url } of extensions) expect(url).toStartWith("https://");
  return Object.fromEntries(extensions.map((extension) => [extension.name, extension.endpoints]));
}

test("EXT-01 the registry lists its extensions with their paths", async () => {
  expect(await discover("/v2/_oci/ext/discover")).toEqual({
    _oci: ["/v2/_oci/ext/discover"],
    _catalog: ["/v2/_catalog"],
  });
});

test("EXT-02 each repository lists its extensions, and every listed path exists", async () => {
  const extensions = await discover(`/v2/${name}/_oci/ext/discover`);
  expect(extensions).toEqual({
    _oci: [`/v2/${name}/_oci/ext/discover`, `/v2/${name}/_oci/tag-history/{tag}`],
  });
  for (const path of extensions["_oci"]!) {
    expect((await fetch(registry.url + path.replace("{tag}", "latest"))).status).toBe(200);
  }
});

test("EXT-04 an unknown extension is 404", async () => {
  for (const path of ["/v2/_oci/ext/other", `/v2/${name}/_zot/ext/discover`, "/v2/_zot/ext/search"]) {
    const response = await fetch(registry.url + path);
    expect([path, response.status]).toEqual([path, 404]);
  }
});
