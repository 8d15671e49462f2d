import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { apiLimits } from "../../src/api/limits.ts";
import { contentLimits } from "../../src/registry/content/limits.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { parseNextLink } from "../../src/oci/link-header.ts";
import { blobOf, imageOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

function get(path: string): Promise<Response> {
  return fetch(registry.url + path);
}

/** Reads every page from this one on, by the Link of each page. */
async function pagesFrom<T>(path: string): Promise<T[]> {
  const pages: T[] = [];
  let next: string | undefined = path;
  while (next !== undefined && pages.length < 1000) {
    expect(next).toStartWith("/v2/");
    const page: Response = await get(next);
    expect(page.status).toBe(200);
    pages.push((await page.json()) as T);
    const link = page.headers.get("link");
    next = link === null ? undefined : parseNextLink(link);
  }
  return pages;
}

interface TagPage {
  readonly name: string;
  readonly tags: string[];
}

describe("tags", () => {
  const name = "listed/tags";
  const sorted = ["A", "B.1", "Z", "_x", "a", "a-1", "a.1", "a1", "b", "latest", "v1.10", "v1.2", "z"];
  let manifest: Content;
  beforeAll(async () => {
    ({ manifest } = await pushImage(registry.url, name, "latest"));
    const query = sorted.toReversed().map((tag) => `tag=${tag}`);
    const put = await putManifest(registry.url, name, `${manifest.digest}?${query.join("&")}`, manifest);
    expect(put.status).toBe(201);
  });
  const list = (query = "", repository = name) => get(`/v2/${repository}/tags/list${query}`);

  test("TAGS-01 TAGS-04 TAGS-10 the list has all tags in byte order, as JSON, without a Link", async () => {
    const page = await list();
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(page.headers.get("link")).toBeNull();
    expect(await page.json()).toEqual({ name, tags: sorted });
  });

  test("TAGS-02 a repository without tags has an empty list", async () => {
    await pushBlob(registry.url, "listed/untagged", blobOf("alone"));
    expect(await (await list("", "listed/untagged")).json()).toEqual({ name: "listed/untagged", tags: [] });
  });

  test("TAGS-03 a missing repository is 404 NAME_UNKNOWN for every page", async () => {
    for (const query of ["", "?n=0", "?n=5&last=a"]) {
      const page = await list(query, "listed/nowhere");
      expect([page.status, await codesOf(page)]).toEqual([404, ["NAME_UNKNOWN"]]);
    }
  });

  for (const n of [1, 2, 5, 12, 13, 14, 1000]) {
    test(`TAGS-05 TAGS-09 CL-10 pages of ${n} return each tag exactly once`, async () => {
      const pages = await pagesFrom<TagPage>(`/v2/${name}/tags/list?n=${n}`);
      expect(pages.flatMap(({ tags }) => tags)).toEqual(sorted);
      expect(pages.length).toBe(Math.ceil(sorted.length / n));
      for (const { tags } of pages.slice(0, -1)) expect(tags.length).toBe(n);
    });
  }

  test("TAGS-09 the Link is a relative path to the next page", async () => {
    const link = (await list("?n=2")).headers.get("link");
    expect(link).toBe(`</v2/${name}/tags/list?n=2&last=B.1>; rel="next"`);
  });

  test("TAGS-06 n=0 is an empty list without a Link", async () => {
    const page = await list("?n=0");
    expect(page.headers.get("link")).toBeNull();
    expect(await page.json()).toEqual({ name, tags: [] });
  });

  test("TAGS-08 last is exclusive, need not be a tag, and works without n", async () => {
    expect(await (await list("?last=v1.10")).json()).toEqual({ name, tags: ["v1.2", "z"] });
    expect(await (await list("?last=v1.1")).json()).toEqual({ name, tags: ["v1.10", "v1.2", "z"] });
    expect(await (await list("?last=%7E&n=3")).json()).toEqual({ name, tags: [] });
    expect(await (await list("?last=a%20%26b&n=1")).json()).toEqual({ name, tags: ["a-1"] });
  });

  test("LIM-05 TAGS-07 n is limited to the largest page, with a Link, and so is a list without n", async () => {
    const many = Array.from(
      { length: contentLimits.pageEntries + 1 },
      (_, index) => `t${String(index).padStart(5, "0")}`,
    );
    const { manifest: own } = await pushImage(registry.url, "listed/many", many[0]!);
    for (let from = 0; from < many.length; from += apiLimits.tagsInPush) {
      const query = many.slice(from, from + apiLimits.tagsInPush).map((tag) => `tag=${tag}`);
      const put = await putManifest(registry.url, "listed/many", `${own.digest}?${query.join("&")}`, own);
      expect(put.status).toBe(201);
    }
    for (const query of ["?n=999999999", ""]) {
      const pages = await pagesFrom<TagPage>(`/v2/listed/many/tags/list${query}`);
      expect(pages.map(({ tags }) => tags.length)).toEqual([contentLimits.pageEntries, 1]);
      expect(pages.flatMap(({ tags }) => tags)).toEqual(many);
    }
  });
});

describe("the catalogue", () => {
  let sorted: string[];
  let own: TestRegistry;
  beforeAll(async () => {
    own = await startRegistry();
    const blob = blobOf("everywhere");
    await pushBlob(own.url, "source", blob);
    const names = Array.from(
      { length: contentLimits.catalogDefaultEntries + 20 },
      (_, index) => `r${index}/x-${index % 7}`,
    );
    for (const name of ["a", "a/b", "a-b", "a.b", "manifests", ...names]) {
      const mount = `${own.url}/v2/${name}/blobs/uploads/?mount=${blob.digest}&from=source`;
      expect((await fetch(mount, { method: "POST" })).status).toBe(201);
    }
    sorted = ["source", "a", "a/b", "a-b", "a.b", "manifests", ...names].toSorted((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
  });
  afterAll(() => own.dispose());

  async function pages(query: string): Promise<string[][]> {
    const found: string[][] = [];
    let next: string | undefined = `/v2/_catalog${query}`;
    while (next !== undefined && found.length < 1000) {
      const page: Response = await fetch(own.url + next);
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "application/json"]);
      found.push(((await page.json()) as { repositories: string[] }).repositories);
      const link = page.headers.get("link");
      next = link === null ? undefined : parseNextLink(link);
    }
    return found;
  }

  test("CAT-01 CAT-02 without n, the page has a hundred names in byte order and a Link to the rest", async () => {
    const [first, ...rest] = await pages("");
    expect(first?.length).toBe(contentLimits.catalogDefaultEntries);
    expect([first, ...rest].flat()).toEqual(sorted);
  });

  for (const n of [1, 50, 126, 1000, 999_999_999]) {
    test(`CAT-01 CAT-02 CL-10 pages of ${n} return each repository exactly once`, async () => {
      const found = await pages(`?n=${n}`);
      expect(found.flat()).toEqual(sorted);
      expect(found.length).toBe(Math.ceil(sorted.length / n));
    });
  }

  test("CAT-04 n=0 is an empty list without a Link", async () => {
    expect(await pages("?n=0")).toEqual([[]]);
  });

  test("CAT-01 last is exclusive and need not be a repository", async () => {
    expect(await pages("?last=source")).toEqual([[]]);
    expect(await pages("?last=sourc")).toEqual([["source"]]);
  });

  test("CAT-01 the list of a new registry is empty", async () => {
    const fresh = await startRegistry();
    expect(await (await fetch(`${fresh.url}/v2/_catalog`)).json()).toEqual({ repositories: [] });
    await fresh.dispose();
  });

  test("an upload session alone does not create a repository", async () => {
    const fresh = await startRegistry();
    await fetch(`${fresh.url}/v2/only/begun/blobs/uploads/`, { method: "POST" });
    expect(await (await fetch(`${fresh.url}/v2/_catalog`)).json()).toEqual({ repositories: [] });
    await fresh.dispose();
  });
});

test("TAGS-07 LIM-05 CVE-2023-2253 an n that is not a count is 400 in each listing", async () => {
  const paths = [
    "/v2/_catalog",
    "/v2/listed/tags/tags/list",
    `/v2/listed/tags/referrers/${digestOf(new Uint8Array())}`,
  ];
  for (const path of paths) {
    for (const n of ["-1", "1e9", "%2B5", "0x10", "5.0", "2147483648", "9223372036854775808", "NaN", "1%00"]) {
      const page = await get(`${path}?n=${n}`);
      expect([n, page.status, await codesOf(page)]).toEqual([n, 400, ["UNSUPPORTED"]]);
    }
  }
});

test("SEC-02 control characters in a query never reach a header", async () => {
  const { manifest, config } = await pushImage(registry.url, "listed/headers", "a");
  await putManifest(registry.url, "listed/headers", "b", imageOf(config, []));
  expect(manifest.digest).toStartWith("sha256:");
  for (const evil of ["%0d%0aSet-Cookie:%20a=b", "%00", "%ff", "%E2%80%A8"]) {
    const page = await get(`/v2/listed/headers/tags/list?n=1&last=${evil}`);
    expect([evil, page.status]).toEqual([evil, 400]);
    expect(page.headers.get("set-cookie")).toBeNull();
  }
});

test("TAGS-07 REF-07 empty parameters n, last and artifactType are ignored in each listing", async () => {
  const { manifest } = await pushImage(registry.url, "listed/empty", "a");
  const paths = [
    "/v2/_catalog",
    "/v2/listed/empty/tags/list",
    "/v2/listed/empty/_oci/tag-history/a",
    `/v2/listed/empty/referrers/${manifest.digest}`,
  ];
  for (const path of paths) {
    const plain = await get(path);
    const empty = await get(`${path}?n=&last=&since=&before=&artifactType=`);
    expect([path, empty.status, empty.headers.get("oci-filters-applied")]).toEqual([path, 200, null]);
    expect(await empty.json()).toEqual(await plain.json());
  }
});
