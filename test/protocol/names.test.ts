import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as fc from "fast-check";
import { pathOf } from "../../src/api/path.ts";
import { rows, table } from "../../src/api/table.ts";
import { Router } from "../../src/http/router.ts";
import { blobOf, imageOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

/** The path templates that match this path by their grammars alone, with valid parameters. */
function templatesOf(path: string): string[] {
  const bare = path.replace(/\/$/, "");
  return [...Map.groupBy(rows, (one) => one.path)]
    .filter(([template, [first]]) => {
      const pattern = template
        .replace(/\/$/, "")
        .replaceAll(/[.]/g, "\\.")
        .replaceAll(/\{(\w+)\}/g, (_, key: string) => `(?<${key}>.+)`);
      const found = new RegExp(`^${pattern}$`).exec(bare);
      return (
        found !== null &&
        Object.entries(first!.parameters).every(([key, { parse }]) => parse(found.groups![key]!) !== undefined)
      );
    })
    .map(([template]) => template);
}

describe("PATH-01 the router", () => {
  const router = new Router(table);
  const reserved = [
    "blobs",
    "manifests",
    "blob",
    "manifest",
    "upload",
    "tags",
    "uploads",
    "referrers",
    "list",
    "latest",
    "v2",
    "healthz",
    "a",
  ];
  const component = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...reserved) },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,2})[a-z0-9]{1,4}){0,2}$/) },
  );
  const name = fc.array(component, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));
  /** A row with a name that is valid for it. The rows of 2014 have separate limits. */
  const rowAndName = fc.constantFrom(...rows).chain((row) => {
    const isName = row.parameters["name"]?.parse ?? (() => true);
    return fc.tuple(
      fc.constant(row),
      name.filter((text) => isName(text) !== undefined),
    );
  });
  const values = fc.record({
    tag: fc.oneof(fc.constantFrom(...reserved), fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/)),
    digest: fc.stringMatching(/^sha256:[0-9a-f]{64}$/),
    session: fc.uuid(),
  });

  test("exactly one path template matches a valid path, and the router returns its row and parameters", () => {
    fc.assert(
      fc.property(rowAndName, values, fc.boolean(), ([wanted, repository], texts, slash) => {
        const given: Readonly<Record<string, string>> = { name: repository, ...texts };
        const built = pathOf(wanted, given).replace(/\/$/, "");
        const path = slash ? `${built}/` : built;
        expect(templatesOf(path)).toEqual([wanted.path]);
        const query = new URLSearchParams((wanted.when ?? []).map((key) => [key, "x"]));
        const match = router.match(wanted.method, path, query);
        const raw = Object.fromEntries(Object.keys(wanted.parameters).map((key) => [key, given[key]]));
        expect(match).toMatchObject({ kind: "row", row: { id: wanted.id }, raw });
        expect(match.kind === "row" && Object.keys(match.raw).toSorted()).toEqual(Object.keys(raw).toSorted());
      }),
      { numRuns: 5_000 },
    );
  });

  test("percent-encoding of other characters changes nothing; an encoded slash or backslash never separates", () => {
    fc.assert(
      fc.property(rowAndName, values, ([wanted, repository], texts) => {
        const path = pathOf(wanted, { name: repository, ...texts });
        const encoded = path.replaceAll(":", "%3A").replaceAll("-", "%2d");
        const query = new URLSearchParams((wanted.when ?? []).map((key) => [key, "x"]));
        expect(router.match(wanted.method, encoded, query)).toEqual(router.match(wanted.method, path, query));
        const slash = repository.replaceAll("/", "%2f");
        const match = router.match(wanted.method, pathOf(wanted, { name: slash, ...texts }), query);
        if (match.kind === "row" && slash !== repository) expect(match.raw["name"] ?? slash).toBe(slash);
      }),
      { numRuns: 2_000 },
    );
  });

  test("returns the same match again for each method of a path", () => {
    fc.assert(
      fc.property(rowAndName, values, ([wanted, repository], texts) => {
        const path = pathOf(wanted, { name: repository, ...texts });
        for (const { method, when } of rows.filter((row) => row.path === wanted.path)) {
          const query = new URLSearchParams((when ?? []).map((key) => [key, "x"]));
          const matches = Array.from({ length: 4 }, () => router.match(method, path, query));
          expect(matches).toEqual(Array(4).fill(new Router(table).match(method, path, query)));
          // A match is cached at its second request, or at its third if another path used the entry.
          const [third, fourth] = matches.slice(2);
          if (third?.kind === "row" && fourth?.kind === "row") expect(fourth.raw).toBe(third.raw);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("any path returns a row, a method error or nothing, and never throws", () => {
    const text = fc.oneof(
      component,
      fc.string(),
      fc.constantFrom("", ".", "..", "%2e", "%2f", "%", "%ff", "%00", "{name}"),
    );
    fc.assert(
      fc.property(fc.array(text), (parts) => {
        const match = router.match("GET", `/${parts.join("/")}`, new URLSearchParams());
        expect(["row", "method", "unknown"]).toContain(match.kind);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("over HTTP", () => {
  test("PATH-01 repositories with names of routes contain their own content, and no content of each other", async () => {
    const names = [
      "tags",
      "manifests",
      "blobs/uploads",
      "foo/bar/manifests",
      "a/tags/list",
      "a/referrers",
      "uploads/blobs",
    ];
    const pushed = new Map<string, Awaited<ReturnType<typeof pushImage>>>();
    for (const name of names) pushed.set(name, await pushImage(registry.url, name, "tags"));
    for (const [name, { manifest, layer }] of pushed) {
      const list = await fetch(`${registry.url}/v2/${name}/tags/list`);
      expect(await list.json()).toEqual({ name, tags: ["tags"] });
      const got = await fetch(`${registry.url}/v2/${name}/manifests/tags`);
      expect(got.headers.get("docker-content-digest")).toBe(manifest.digest);
      expect((await fetch(`${registry.url}/v2/${name}/blobs/${layer.digest}`)).status).toBe(200);
      for (const other of names.filter((one) => one !== name)) {
        expect((await fetch(`${registry.url}/v2/${other}/blobs/${layer.digest}`)).status).toBe(404);
      }
    }
  });

  test("NAME-02 names may have one component, and 255 characters", async () => {
    for (const name of ["x", "a".repeat(255), Array(128).fill("b").join("/")]) {
      const { manifest } = await pushImage(registry.url, name, "latest", "long");
      const got = await fetch(`${registry.url}/v2/${name}/manifests/latest`);
      expect(got.headers.get("docker-content-digest")).toBe(manifest.digest);
    }
  });

  const valid = ["a.b", "a_b", "a__b", "a-b", "a--b", "a----b", "0", "1/2", "a.b_c__d-e/f"];
  for (const name of valid) {
    test(`NAME-01 ${name} is valid`, async () => {
      await pushBlob(registry.url, name, blobOf(name));
      expect((await fetch(`${registry.url}/v2/${name}/blobs/${blobOf(name).digest}`)).status).toBe(200);
    });
  }

  const invalid = [
    "A",
    "a/B",
    "a_",
    "_a",
    "a-",
    ".a",
    "a.",
    "a..b",
    "a._b",
    "a___b",
    "a.-b",
    "-",
    "a%20b",
    "%C3%A9",
    "a:b",
    "a@b",
  ];
  for (const name of [...invalid, "a".repeat(256), `${"a/".repeat(127)}aa`]) {
    test(`NAME-03 code-8 ${name.slice(0, 20)} is invalid: 400 NAME_INVALID for every request`, async () => {
      const requests = [
        fetch(`${registry.url}/v2/${name}/tags/list`),
        fetch(`${registry.url}/v2/${name}/manifests/latest`),
        fetch(`${registry.url}/v2/${name}/blobs/uploads/`, { method: "POST" }),
        putManifest(registry.url, name, "latest", imageOf(blobOf("x"), [])),
      ];
      for (const response of await Promise.all(requests)) {
        expect([response.status, await codesOf(response)]).toEqual([400, ["NAME_INVALID"]]);
      }
    });
  }

  test("TAG-01 tags may have any letters, are case-sensitive, and have up to 128 characters", async () => {
    const { manifest } = await pushImage(registry.url, "library/tagged", "latest");
    for (const tag of ["A", "a", "_", "1.2.3-rc_4", "x".repeat(128)]) {
      expect((await putManifest(registry.url, "library/tagged", tag, manifest)).status).toBe(201);
    }
    expect((await fetch(`${registry.url}/v2/library/tagged/manifests/LATEST`)).status).toBe(404);
  });

  test("TAG-02 an invalid tag is 404 MANIFEST_UNKNOWN; a push to it is 400 NAME_INVALID", async () => {
    const { manifest } = await pushImage(registry.url, "library/tagged", "latest");
    for (const tag of [".a", "-a", "a+b", "a@b", "a%20b", "x".repeat(129), "%2e%2e%2f"]) {
      const url = `${registry.url}/v2/library/tagged/manifests/${tag}`;
      for (const method of ["GET", "DELETE"]) {
        const asked = await fetch(url, { method });
        expect([tag, asked.status, await codesOf(asked)]).toEqual([tag, 404, ["MANIFEST_UNKNOWN"]]);
      }
      expect([tag, (await fetch(url, { method: "HEAD" })).status]).toEqual([tag, 404]);
      const put = await putManifest(registry.url, "library/tagged", tag, manifest);
      expect([tag, put.status, await codesOf(put)]).toEqual([tag, 400, ["NAME_INVALID"]]);
    }
  });

  const wrongDigests = [
    `sha256:${"a".repeat(63)}`,
    `sha256:${"A".repeat(64)}`,
    `sha256:${"g".repeat(64)}`,
    `sha512:${"a".repeat(64)}`,
    `SHA256:${"a".repeat(64)}`,
    "sha256:",
    ":",
    "sha256:..%2f..%2fetc",
    `sha256:${"a".repeat(64)}:b`,
  ];
  for (const digest of wrongDigests) {
    test(`SEC-05 DIG-01 ${digest.slice(0, 24)} is an invalid digest: 400 DIGEST_INVALID`, async () => {
      for (const path of ["blobs", "manifests", "referrers"]) {
        const get = await fetch(`${registry.url}/v2/library/digests/${path}/${digest}`);
        expect([path, get.status, await codesOf(get)]).toEqual([path, 400, ["DIGEST_INVALID"]]);
      }
    });
  }
});
