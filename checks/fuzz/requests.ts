/** Requests from the rows of the API table: valid ones, nearly valid ones, and ones that no client sends. */
import type { Codec } from "../../src/api/codec.ts";
import type { Parameter, Row } from "../../src/api/describe.ts";
import { rows } from "../../src/api/table.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import type { Random } from "../crash/random.ts";
import { canary } from "./canary.ts";
import { bodyOf } from "./documents.ts";
import { frame } from "./framing.ts";
import { addHeaders, rangeText } from "./headers.ts";
import { draftOf, type Draft } from "./message.ts";
import { fragment, longText, maybeSpoil } from "./texts.ts";
import { digests, manifests, repositories, tags } from "./world.ts";

export function randomRow(random: Random): Row {
  return random.pick(rows)!;
}

/** The values of the parameters in the path. */
export type Known = Readonly<Record<string, string>>;

export function requestOf(random: Random, row: Row, known: Known = {}): Draft {
  const path = row.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    pathText(random, name, row.parameters[name]!, known),
  );
  // The query and the path are separate, because a secret in a path is no secret.
  const query = maybeSpoil(random, queryOf(random, row), 0.04);
  const target = maybeSpoil(random, path, 0.04) + (query && `?${query}`);
  const draft = draftOf(methodOf(random, row), target);
  if (random.chance(0.01)) draft.target = absolute(random, draft.target);
  if (random.chance(0.01))
    draft.version = random.pick(["HTTP/1.0", "HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "http/1.1", ""])!;
  for (const [name, { codec }] of Object.entries(row.headers)) addRowHeader(random, draft, name, codec);
  addHeaders(random, draft);
  if (row.body.kind !== "none" || random.chance(0.05)) frame(random, draft, bodyOf(random));
  return draft;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
const oddMethods = ["CONNECT", "PROPFIND", "PURGE", "get", "FOO", "G@T", "", "GET GET", "QUERY", "PRI"];

function methodOf(random: Random, { method }: Row): string {
  if (random.chance(0.9)) return method;
  return random.chance(0.8) ? random.pick(methods)! : random.pick(oddMethods)!;
}

/** The existing content that a parameter can name. */
function worldly(random: Random, name: string): string | undefined {
  switch (name) {
    case "name":
    case "from":
      return random.pick(repositories);
    case "digest":
    case "mount":
      return random.pick(digests);
    case "tag":
    case "last":
      return random.pick(tags);
    case "n":
      return String(random.between(0, 12));
    case "artifactType":
      return random.pick([mediaTypes.ociManifest, "application/vnd.example.sbom.v1+json"]);
    default:
      return undefined;
  }
}

function pathText(random: Random, name: string, codec: Codec<unknown>, known: Known): string {
  if (random.chance(0.82)) return known[name] ?? worldly(random, name) ?? random.pick(codec.examples)!;
  switch (random.between(0, 3)) {
    case 0:
      return random.pick(codec.invalid)!;
    case 1:
      return fragment(random);
    case 2:
      return random.chance(0.1) ? longText(random) : random.pick(codec.examples)!;
    default:
      return maybeSpoil(random, worldly(random, name) ?? random.pick(codec.examples)!, 0.8);
  }
}

/** A value in the query, encoded or not. */
function queryText(random: Random, name: string, codec: Codec<unknown>): string {
  switch (random.between(0, 9)) {
    case 0:
      return random.pick(codec.invalid)!;
    case 1:
      return fragment(random);
    case 2:
      return canary;
    case 3:
      return random.chance(0.1) ? longText(random) : maybeSpoil(random, random.pick(codec.examples)!, 0.8);
    default:
      return encodeURIComponent(worldly(random, name) ?? random.pick(codec.examples)!);
  }
}

function queryOf(random: Random, { query, when }: Row): string {
  const pairs = Object.entries(query).flatMap(([name, parameter]) => {
    const needed = parameter.required || when?.includes(name);
    if (!random.chance(needed ? 0.95 : 0.35)) return [];
    return Array.from(
      { length: times(random, parameter) },
      () => `${name}=${queryText(random, name, parameter.codec)}`,
    );
  });
  if (random.chance(0.08)) pairs.push(`_state=${canary}`);
  if (random.chance(0.08)) pairs.push(`token=${canary}`);
  if (random.chance(0.03))
    pairs.unshift(random.pick(["", "=", "&", "digest", "mount", "n=", "%00=%00", "__proto__=1"])!);
  return pairs.join("&");
}

function times(random: Random, { repeated = 1 }: Parameter): number {
  if (random.chance(0.9)) return 1;
  return random.pick([2, 3, repeated, repeated + 1])!;
}

function addRowHeader(random: Random, { headers }: Draft, name: string, codec: Codec<unknown>): void {
  // The framing decides about the length.
  if (name === "content-length" || !random.chance(0.5)) return;
  const text = {
    "content-type": () => random.pick([...manifests.map(({ mediaType }) => mediaType), ...Object.values(mediaTypes)])!,
    range: () => rangeText(random),
    "content-range": () => random.pick(["0-4", "5-9", "0-99", "bytes 0-4/5", "4-0", "0-0"])!,
  }[name];
  const valid = text?.() ?? random.pick([...codec.examples, ...digests, "*", `W/"x"`])!;
  headers.push([
    name,
    random.chance(0.1) ? (random.pick(codec.invalid) ?? longText(random)) : maybeSpoil(random, valid, 0.08),
  ]);
}

function absolute(random: Random, target: string): string {
  const scheme = random.pick(["http://", "https://", "HTTP://", "ftp://", "file://"])!;
  return (
    scheme + random.pick(["evil.example", `user0:${canary}@evil.example`, "", "[::1]:80", "registry.test"])! + target
  );
}
