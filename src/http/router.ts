import type { Row } from "../api/describe.ts";
import { headsOf } from "../api/heads.ts";
import { baseLimits } from "../base/limits.ts";
import { httpLimits } from "./limits.ts";
import { admit } from "../base/cache/cached.ts";
import { CacheCounts } from "../base/cache/counts.ts";
import { TwoGenerationCache } from "../base/cache/two-generation-cache.ts";
import { parseTemplate, type PathTemplate, type Segment } from "../api/path.ts";

/** The parameters in a path by name, before they are parsed. */
export type RawParameters = Readonly<Record<string, string>>;

/** A row that matches the method and the path. */
export interface RowMatch extends NamedRow {
  readonly kind: "row";
  readonly raw: RawParameters;
}

/** The result of a match: a row, a path without such a method, or nothing. */
export type Match =
  | RowMatch
  | { readonly kind: "method"; readonly path: string; readonly allow: readonly string[]; readonly rows: readonly Row[] }
  | { readonly kind: "unknown" };

interface NamedRow {
  /** The name of the handler. A derived HEAD has the handler of its GET. */
  readonly name: string;
  readonly row: Row;
}

/** All rows that share a path template. */
interface Route {
  readonly path: string;
  readonly template: PathTemplate;
  /** The last literal segment of the template, and its distance from the end. Most paths differ there. */
  readonly mark: { readonly literal: string; readonly fromEnd: number };
  readonly claims: readonly Claim[];
  readonly methods: readonly string[];
  readonly all: readonly Row[];
  /** The rows by method. The row with the most query keys is tried first. */
  readonly rows: ReadonlyMap<string, readonly NamedRow[]>;
}

/** The parameters of a path that fits the template of a route. */
interface Fit {
  readonly route: Route;
  readonly raw: RawParameters;
}

interface Found extends Fit {
  /** The size in memory of the cache entry, in bytes. */
  readonly bytes: number;
}

/** Decides whether a text can be this parameter of this route. */
interface Claim {
  readonly parameter: string;
  readonly isMeant: (text: string) => boolean;
}

/**
 * `Router` matches a path from the right. A repository name may contain `blobs`, `manifests`, `tags` and so on as
 * components, so only the last segments select the route (PATH-01). If two templates fit, the codecs decide.
 */
export class Router {
  /** Hits and misses of the cache of paths. */
  readonly counts = new CacheCounts();
  readonly #routes: readonly Route[];
  /** The results for recently requested paths. */
  readonly #cache = new TwoGenerationCache<Found>(httpLimits.knownPathsBytes, ({ bytes }) => bytes);

  constructor(table: Readonly<Record<string, Row>>) {
    const heads = headsOf(Object.values(table));
    const named = Object.entries(table).flatMap(([name, row]): NamedRow[] => {
      const head = heads.get(row);
      return head
        ? [
            { name, row },
            { name, row: head },
          ]
        : [{ name, row }];
    });
    const byPath = Map.groupBy(named, ({ row }) => row.path);
    this.#routes = [...byPath].map(([path, rows]) => routeOf(path, rows));
  }

  match(method: string, path: string, query: URLSearchParams): Match {
    const cached = this.#cache.get(path);
    if (cached) this.counts.hits += 1;
    else this.counts.misses += 1;
    const found = cached ?? this.#look(path);
    if (!found) return { kind: "unknown" };
    const { route, raw } = found;
    const chosen = route.rows.get(method)?.find(({ row }) => row.when?.every((key) => query.has(key)) ?? true);
    if (chosen) return { kind: "row", name: chosen.name, row: chosen.row, raw };
    return { kind: "method", path: route.path, allow: route.methods, rows: route.all };
  }

  #look(requested: string): Found | undefined {
    const path = copyOf(requested);
    const fits = this.#find(segmentsOf(path));
    const found = fits && { ...fits, bytes: baseLimits.cacheEntryBytes + path.length };
    // The parameters of a cached path are also parsed only once.
    if (found && this.#cache.set(path, found)) admit(found.raw);
    return found;
  }

  #find(segments: readonly string[]): Fit | undefined {
    let fits: Fit | undefined;
    for (const route of this.#routes) {
      const { literal, fromEnd } = route.mark;
      if (segments[segments.length - 1 - fromEnd] !== literal) continue;
      const raw = fit(route.template, segments);
      if (!raw) continue;
      if (isClaimed(route, raw)) return { route, raw };
      fits ??= { route, raw };
    }
    return fits;
  }
}

function routeOf(path: string, rows: readonly NamedRow[]): Route {
  const template = parseTemplate(path);
  const sorted = rows.toSorted((a, b) => (b.row.when?.length ?? 0) - (a.row.when?.length ?? 0));
  const claims = Object.entries(sorted[0]!.row.parameters).flatMap(([parameter, { claims: isMeant }]) =>
    isMeant ? [{ parameter, isMeant }] : [],
  );
  const byMethod = Map.groupBy(sorted, ({ row }) => row.method);
  return {
    path,
    template,
    mark: markOf(template),
    claims,
    methods: [...byMethod.keys()],
    all: rows.map(({ row }) => row),
    rows: byMethod,
  };
}

/**
 * Copies a text. A part of a URL shares the memory of the URL, so a cache entry would otherwise keep the whole query
 * in memory.
 */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * The last literal segment of a template. A repository name may have any number of segments, so only the segments
 * after it have a fixed distance from the end.
 */
function markOf({ head, tail }: PathTemplate): Route["mark"] {
  for (const [fromEnd, segment] of (tail ?? head).toReversed().entries()) {
    if ("literal" in segment) return { literal: segment.literal, fromEnd };
  }
  throw new TypeError("a path template without a literal segment at its end");
}

/** Whether all parameters that could belong to another route belong to this one. */
function isClaimed({ claims }: Route, raw: RawParameters): boolean {
  return claims.every(({ parameter, isMeant }) => isMeant(raw[parameter]!));
}

function fit({ head, tail }: PathTemplate, segments: readonly string[]): RawParameters | undefined {
  const raw: Record<string, string> = {};
  if (!fitSegments(head, segments, 0, raw)) return undefined;
  if (!tail) return segments.length === head.length ? raw : undefined;
  const end = segments.length - tail.length;
  if (end <= head.length || !fitSegments(tail, segments, end, raw)) return undefined;
  raw["name"] = segments.slice(head.length, end).join("/");
  return raw;
}

function fitSegments(
  template: readonly Segment[],
  segments: readonly string[],
  from: number,
  raw: Record<string, string>,
): boolean {
  for (let index = 0; index < template.length; index += 1) {
    const expected = template[index]!;
    const actual = segments[from + index];
    if (actual === undefined) return false;
    if ("parameter" in expected) raw[expected.parameter] = actual;
    else if (expected.literal !== actual) return false;
  }
  return true;
}

function segmentsOf(path: string): string[] {
  const segments = path.slice(1).split("/");
  if (segments.length > 1 && segments.at(-1) === "") segments.pop();
  return path.includes("%") ? segments.map(decode) : segments;
}

/**
 * Decodes a segment, because some clients write `sha256%3A…`. A segment that would decode to several segments, or to
 * invalid text, stays unchanged. Its percent sign matches no grammar, so it is refused and never becomes a path
 * (PATH-02, SEC-01).
 */
function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    const decoded = decodeURIComponent(segment);
    return /[/\\]/.test(decoded) ? segment : decoded;
  } catch {
    return segment;
  }
}
