/**
 * The messages on one connection: one request, several that are sent together, or a push whose next request depends
 * on a response.
 */
import type { Row } from "../../src/api/describe.ts";
import { table } from "../../src/api/table.ts";
import { Random } from "../crash/random.ts";
import type { Conversation } from "./conversation.ts";
import { manifestBytes } from "./documents.ts";
import { frame } from "./framing.ts";
import { compose, draftOf } from "./message.ts";
import { randomRow, requestOf } from "./requests.ts";
import { uploading } from "./uploads.ts";
import { digestBytes, repositories, stocking, tags } from "./world.ts";

/** The conversation for a seed and a number. It does not depend on earlier ones. */
export function conversation(seed: number, number: number): Conversation {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
  const drawn = random.between(0, 99);
  if (drawn < 58) return single(random);
  if (drawn < 71) return together(random);
  if (drawn < 86) return uploading(random);
  if (drawn < 96) return pushing(random);
  if (drawn < 99) return cutOff(random);
  return restocking(random);
}

function* single(random: Random): Conversation {
  yield [compose(requestOf(random, randomRow(random)))];
}

/**
 * Only requests that the registry must answer: one that the parser may refuse would end the connection for the
 * others.
 */
function* together(random: Random): Conversation {
  const messages = Array.from({ length: random.between(2, 8) }, () => compose(requestOf(random, randomRow(random))));
  yield messages.filter(({ leeway }) => leeway === "registry");
}

function* cutOff(random: Random): Conversation {
  const { bytes, ...message } = compose(requestOf(random, randomRow(random)));
  yield [{ ...message, bytes: bytes.subarray(0, random.between(1, bytes.length - 1)), leeway: "cut" }];
}

function* restocking(random: Random): Conversation {
  for (const message of stocking(random.pick(repositories)!)) yield [message];
}

const manifestRows: readonly Row[] = [
  table.manifestGetByTag,
  table.manifestGetByDigest,
  table.manifestHeadByTag,
  table.manifestHeadByDigest,
  table.referrerList,
  table.tagList,
  table.manifestDelete,
  table.tagDelete,
];

/** A manifest of some kind, and then requests for it. */
function* pushing(random: Random): Conversation {
  const name = random.pick(repositories)!;
  const bytes = manifestBytes(random);
  const digest = digestBytes(bytes);
  const tag = random.pick(tags)!;
  const right = random.chance(0.8);
  const named = right ? digest : digestBytes(Buffer.from("something else"));
  const byTag = random.chance(0.5);
  const target = byTag ? `${tag}${random.chance(0.3) ? `?digest=${named}` : ""}` : `${named}?tag=${tag}&tag=${tag}-2`;
  const push = draftOf("PUT", `/v2/${name}/manifests/${target}`);
  if (target.includes(named) && !right) push.never = [201];
  if (random.chance(0.2)) push.headers.push(["Content-Type", "application/vnd.oci.image.manifest.v1+json"]);
  if (random.chance(0.1)) frame(random, push, bytes);
  else push.body = bytes;
  yield [compose(push)];
  for (let left = random.between(0, 4); left > 0; left -= 1) {
    yield [compose(requestOf(random, random.pick(manifestRows)!, { name, tag, digest }))];
  }
}
