// Layers of existing files: busybox, Node, /usr/share, /usr/lib. Nothing is downloaded.
import { lstatSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { copyFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CommandError, run } from "./command.ts";
import { treeOfTar, type Tree } from "./tree.ts";
import type { Workplace } from "./workplace.ts";

export interface LayerSource {
  /** An uncompressed tar; its sha256 is the layer's diff id. */
  readonly tarFile: string;
  readonly tree: Tree;
}

/** Regular files and links below the folders, in a fixed order. Unreadable folders are passed over. */
export function* walkFiles(folders: readonly string[]): Generator<{ path: string; size: number }> {
  for (const folder of folders) {
    let names: string[];
    try {
      names = readdirSync(folder).toSorted();
    } catch {
      continue;
    }
    for (const name of names) {
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      if (stat.isDirectory()) yield* walkFiles([path]);
      else if (stat.isFile() || stat.isSymbolicLink()) yield { path, size: stat.size };
    }
  }
}

export interface Slice {
  readonly totalBytes: number;
  /** Smaller files are skipped, because clients are slow at unpacking very many small files. */
  readonly smallestFileBytes: number;
}

/** Takes files from the walk until the slice is full, and skips those that no longer fit. */
export function takeSlice(walk: Iterator<{ path: string; size: number }>, slice: Slice): string[] {
  const paths: string[] = [];
  let room = slice.totalBytes;
  while (room >= slice.smallestFileBytes) {
    const next = walk.next();
    if (next.done === true) break;
    const { path, size } = next.value;
    if (size < slice.smallestFileBytes || size > room) continue;
    paths.push(path);
    room -= size;
  }
  return paths;
}

/** A layer with files of this machine under their own paths. */
export async function layerOfFiles(place: Workplace, paths: readonly string[]): Promise<LayerSource> {
  const listFile = place.freshPath("file-list");
  writeFileSync(listFile, paths.map((path) => `${path.slice(1)}\0`).join(""));
  return packLayer(place, "/", ["--no-recursion", "--null", `--files-from=${listFile}`]);
}

/** A layer made of files given by content, copy or link, by path inside the image. */
export async function layerOfItems(place: Workplace, items: Readonly<Record<string, LayerItem>>): Promise<LayerSource> {
  const stage = place.freshPath("stage");
  for (const [path, item] of Object.entries(items)) {
    const target = join(stage, path);
    mkdirSync(dirname(target), { recursive: true });
    if ("text" in item) writeFileSync(target, item.text);
    else if ("copyOf" in item) await copyFile(realpathSync(item.copyOf), target);
    else await symlink(item.linkTo, target);
  }
  return packLayer(place, stage, Object.keys(items));
}

export type LayerItem = { readonly text: string } | { readonly copyOf: string } | { readonly linkTo: string };

async function packLayer(place: Workplace, folder: string, members: readonly string[]): Promise<LayerSource> {
  const tarFile = `${place.freshPath("layer")}.tar`;
  const owner = ["--owner=0", "--group=0", "--numeric-owner"];
  const command = ["tar", "--create", "--file", tarFile, ...owner, "--ignore-failed-read", "-C", folder, ...members];
  try {
    await run(command, { env: place.env });
  } catch (error) {
    // Status 1 means that a file changed while it was read. The tar is complete, and only the tar matters here.
    if (!(error instanceof CommandError) || !error.message.includes("exit status 1\n")) throw error;
  }
  return { tarFile, tree: await treeOfTar(Bun.file(tarFile).stream()) };
}
