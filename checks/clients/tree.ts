// The files of an image, whichever client pulled it: path -> kind, mode and digest of the content.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { readTar } from "./tar-reader.ts";

/**
 * Files and symbolic links by path without leading slash. Directories are omitted, because clients differ on implied
 * ones.
 */
export type Tree = ReadonlyMap<string, string>;

export async function treeOfTar(stream: AsyncIterable<Uint8Array>): Promise<Tree> {
  const tree = new Map<string, string>();
  await readTar(stream, (entry) => {
    const path = entry.path.replace(/^(\.?\/)+/, "");
    if (entry.type === "symlink") tree.set(path, `symlink ${entry.linkTarget}`);
    if (entry.type === "hardlink") {
      const target = entry.linkTarget.replace(/^(\.?\/)+/, "");
      tree.set(path, tree.get(target) ?? `hardlink to ${target}, which is not there`);
    }
    if (entry.type !== "file") return undefined;
    // No image here deletes anything in a later layer, so a whiteout can only be a mistake.
    if (basename(path).startsWith(".wh.")) throw new Error(`an unexpected whiteout: ${path}`);
    const hash = createHash("sha256");
    const mode = (entry.mode & 0o7777).toString(8);
    return {
      write: (bytes) => void hash.update(bytes),
      end: () => void tree.set(path, `file ${mode} ${entry.size} ${hash.digest("hex")}`),
    };
  });
  return tree;
}

export function mergeLayers(layers: readonly Tree[]): Tree {
  return new Map(layers.flatMap((layer) => [...layer]));
}

const SHOWN_DIFFERENCES = 5;

/** Throws with the first differing paths; `what` names the pulled side. */
export function assertSameTree(what: string, actual: Tree, expected: Tree): void {
  const differences = [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((path) => actual.get(path) !== expected.get(path))
    .map((path) => `${path}: ${actual.get(path) ?? "absent"} instead of ${expected.get(path) ?? "absent"}`);
  if (expected.size === 0) throw new Error(`${what}: nothing to compare with`);
  if (differences.length === 0) return;
  const shown = differences.slice(0, SHOWN_DIFFERENCES).join("\n  ");
  throw new Error(`${what}: ${differences.length} of ${expected.size} paths differ\n  ${shown}`);
}
