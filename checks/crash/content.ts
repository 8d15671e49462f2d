import { digestOf } from "../../src/oci/digest.ts";
import { imageOf, type Content } from "../../test/support/content.ts";
import { Random } from "./random.ts";

/** The parameters that reproduce the same bytes, so that a run need not store them. */
export interface Recipe {
  readonly seed: number;
  readonly size: number;
}

export function contentOf({ seed, size }: Recipe): Content {
  const random = new Random(seed);
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let at = 0; at < words.length; at += 1) words[at] = random.next();
  const bytes = new Uint8Array(words.buffer, 0, size);
  return { bytes, digest: digestOf(bytes) };
}

export interface Image {
  readonly config: Recipe;
  readonly layer: Recipe;
}

export function manifestOf({ config, layer }: Image): Content {
  return imageOf(contentOf(config), [contentOf(layer)]);
}
