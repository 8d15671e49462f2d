import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The text of a file, by its path in the repository. */
export const readText = (path: string) => readFileSync(join(root, path), "utf8");

/** The files below a folder, by their paths in the repository, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .toSorted();
}

/** A part of a YAML document. `get` and `list` throw if the part is not there, so that no check passes on nothing. */
export class YamlNode {
  readonly value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.#path = path;
  }

  /** The first document of a file. */
  static read(path: string): YamlNode {
    const parsed = Bun.YAML.parse(readText(path));
    return new YamlNode(Array.isArray(parsed) ? parsed[0] : parsed, path);
  }

  find(key: string): YamlNode | undefined {
    const value = this.#entries()[key];
    return value === undefined || value === null ? undefined : new YamlNode(value, `${this.#path} ${key}`);
  }

  get(...keys: readonly string[]): YamlNode {
    const [key, ...rest] = keys;
    if (key === undefined) return this;
    const next = this.find(key);
    if (next === undefined) throw new Error(`${this.#path} has no ${key}`);
    return next.get(...rest);
  }

  entries(): [string, YamlNode][] {
    return Object.keys(this.#entries()).map((key) => [key, this.get(key)]);
  }

  list(): YamlNode[] {
    if (!Array.isArray(this.value)) throw new Error(`${this.#path} is no list`);
    return this.value.map((value: unknown, index) => new YamlNode(value, `${this.#path} ${index}`));
  }

  text(): string {
    const { value } = this;
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw new Error(`${this.#path} is no text`);
  }

  #entries(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) {
      throw new Error(`${this.#path} is no mapping`);
    }
    return this.value as Readonly<Record<string, unknown>>;
  }
}
