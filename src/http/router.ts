import type { Row } from "../api/describe.ts";
import { headsOf } from "../api/heads.ts";
import { baseLimits } from "../base/limits.ts";
import { httpLimits } from "./limits.ts";
import { admit } from "../base/cache/cached.ts";
import { CacheCounts } from "../base/cache/counts.ts";
import { TwoGenerationCache } from "../base/cache/two-generation-cache.ts";
import { parseTemplate, type PathTemplate, type Segment } from "../api/path.ts";

export type RawParameters = Readonly<Record<string, string>>;

export interface RowMatch extends NamedRow {
  readonly kind: "row";
  readonly raw: RawParameters;
}

export type Match =
  | RowMatch
  | { readonly kind: "method"; readonly path: string; readonly allow: readonly string[]; readonly rows: readonly Row[] }
  | { readonly kind: "unknown" };

interface NamedRow {
  /** Of the handler; a derived HEAD has that of its GET. */
  readonly name: string;
  readonly row: Row;
}

/** All rows that share a path template. */
interface Route {
  readonly path: string;
  readonly template: PathTemplate;
  /** The last word of the template that is no parameter, and how far it is from the end: most paths differ there. */
  readonly mark: { readonly literal: string; readonly fromEnd: number };
  readonly claims: readonly Claim[];
  readonly methods: readonly string[];
  readonly all: readonly Row[];
  /** By method; the row that asks for the most query keys is tried first. */
  readonly rows: ReadonlyMap<string, readonly NamedRow[]>;
}

/** What a path says, by its route's template. */
interface Fit {
  readonly route: Route;
  readonly raw: RawParameters;
}

interface Found extends Fit {
  /** That remembering it takes. */
  readonly bytes: number;
}

/** Whether a text is meant for this parameter of this route. */
interface Claim {
  readonly parameter: string;
  readonly isMeant: (text: string) => boolean;
}

/**
 * Matches a path from the right: a repository name may hold `blobs`, `manifests`, `tags` and so on as components, so only
 * the last segments say what is meant (PATH-01). Where two templates fit, the codecs know which one was meant.
 */
export class Router {
  /** Of the cache of paths. */
  readonly counts = new CacheCounts();
  readonly #routes: readonly Route[];
  /** Of paths that were asked for lately. */
  readonly #known = new TwoGenerationCache<Found>(httpLimits.knownPathsBytes, ({ bytes }) => bytes);

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
    const known = this.#known.get(path);
    if (known) this.counts.hits += 1;
    else this.counts.misses += 1;
    const found = known ?? this.#look(path);
    if (!found) return { kind: "unknown" };
    const { route, raw } = found;
    const chosen = route.rows.get(method)?.find(({ row }) => row.when?.every((key) => query.has(key)) ?? true);
    if (chosen) return { kind: "row", name: chosen.name, row: chosen.row, raw };
    return { kind: "method", path: route.path, allow: route.methods, rows: route.all };
  }

  #look(asked: string): Found | undefined {
    const path = copyOf(asked);
    const fits = this.#find(segmentsOf(path));
    const found = fits && { ...fits, bytes: baseLimits.cacheEntryBytes + path.length };
    // The parameters of a cached path are parsed once, too.
    if (found && this.#known.set(path, found)) admit(found.raw);
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

/** What is cut out of a URL shares its memory: to remember it would be to remember the query as well, however long that is. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

/** After a repository name, which may be of any length, only what follows it has its place from the end. */
function markOf({ head, tail }: PathTemplate): Route["mark"] {
  for (const [fromEnd, segment] of (tail ?? head).toReversed().entries()) {
    if ("literal" in segment) return { literal: segment.literal, fromEnd };
  }
  throw new TypeError("a path template that ends without a word");
}

/** Whether every parameter that could be meant for another route is meant for this one. */
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
 * Some clients write `sha256%3A…`. A segment that would decode to more than one, or to nothing sensible, stays as it was
 * sent: its percent sign fits no grammar, so it is refused and never becomes a path (PATH-02, SEC-01).
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
