/**
 * Computation of tarsums. In 2014, layers were named by their files and not by their bytes, so the same files packed in
 * another order are the same layer. The fields, their order and the sorting are Docker's of that time (seed 000 to
 * 003).
 */
import type { TarsumLabel } from "./label.ts";
import { TarReader, type TarEntry } from "./tar-reader.ts";
import { TarError } from "./tar-header.ts";

interface EntrySum {
  /** The hash in hexadecimal. */
  readonly sum: string;
  /** A short hash of the name, which is enough to notice a duplicate name. */
  readonly name: string;
  readonly position: number;
}

type Options = Pick<TarsumLabel, "version" | "algorithm">;

/**
 * Computes the tarsum of an uncompressed archive that is pushed through it. Throws TarError if the bytes are not an
 * archive.
 */
export class TarsumDigester {
  readonly #options: Options;
  readonly #reader: TarReader;
  readonly #sums: EntrySum[] = [];
  readonly #names = new Set<string>();
  /** One hasher for all entries. Reading its digest resets it. */
  readonly #hash: Bun.CryptoHasher;
  #current: string | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#hash = new Bun.CryptoHasher(options.algorithm);
    this.#reader = new TarReader({
      entry: (entry) => this.#begin(entry),
      body: (bytes) => void this.#hash.update(bytes),
    });
  }

  update(bytes: Uint8Array): void {
    this.#reader.update(bytes);
  }

  /**
   * Returns the tarsum in hexadecimal. `extra` is a prefix that Docker added for its own image ids; a registry has
   * none.
   */
  digest(extra: Uint8Array = new Uint8Array()): string {
    this.#reader.end();
    this.#finish();
    return this.#hash.update(extra).update(this.#inOrder().join("")).digest("hex");
  }

  #begin(entry: TarEntry): void {
    this.#finish();
    const fields = fieldsOf(entry, this.#options).flat().join("");
    this.#hash.update(fields, "latin1");
    this.#current = shortName(entry.name);
  }

  #finish(): void {
    if (this.#current === undefined) return;
    const name = this.#current;
    this.#current = undefined;
    this.#sums.push({ sum: this.#hash.digest("hex"), name, position: this.#sums.length });
    this.#names.add(name);
  }

  #inOrder(): readonly string[] {
    if (this.#names.size < this.#sums.length) return inOrder(this.#sums).map(({ sum }) => sum);
    // This is five times as fast (measured). Without duplicate names only the sums count.
    return this.#sums.map(({ sum }) => sum).toSorted();
  }
}

function fieldsOf(entry: TarEntry, { version }: Options): readonly (readonly [key: string, value: string])[] {
  return [
    ["name", entry.name],
    ["mode", String(entry.mode)],
    ["uid", String(entry.uid)],
    ["gid", String(entry.gid)],
    ["size", String(entry.size)],
    ...(version === 0 ? [["mtime", String(entry.mtime)] as const] : []),
    ["typeflag", entry.type],
    ["linkname", entry.linkname],
    ["uname", entry.uname],
    ["gname", entry.gname],
    ["devmajor", String(entry.devmajor)],
    ["devminor", String(entry.devminor)],
    ...(version === 0 ? [] : entry.xattrs),
  ];
}

const nameHash = new Bun.CryptoHasher("sha256");

function shortName(name: string): string {
  const plain = name.replace(/^\.\//, "").replace(/\/$/, "");
  return nameHash.update(plain, "latin1").digest("hex").slice(0, 32);
}

/**
 * Sorts entries by their sums, and entries with the same name by their position. If a third entry is between two with
 * the same name, the two rules contradict each other, and the result depended on the sorting algorithm. Such an archive
 * has no tarsum.
 */
function inOrder(sums: readonly EntrySum[]): readonly EntrySum[] {
  const sorted = sums.toSorted((a, b) => (a.sum < b.sum ? -1 : a.sum > b.sum ? 1 : a.position - b.position));
  const groups = Map.groupBy(sorted.entries(), ([, { name }]) => name);
  for (const group of groups.values()) {
    if (group.length > 1) placeByPosition(sorted, group);
  }
  return sorted;
}

/** Sorts the entries of one name, which are at these places, by their positions. */
function placeByPosition(sorted: EntrySum[], group: readonly (readonly [place: number, entry: EntrySum])[]): void {
  const entries = group.map(([, entry]) => entry);
  if (entries.every((entry, index) => index === 0 || entries[index - 1]!.position < entry.position)) return;
  const [first, last] = [group[0]![0], group.at(-1)![0]];
  if (last - first !== group.length - 1) throw new TarError("entries with the same name have no defined order");
  sorted.splice(first, group.length, ...entries.toSorted((a, b) => a.position - b.position));
}
