import { shownName } from "../../base/shown-text.ts";
import { SettingError } from "../setting-error.ts";
import type { KeyLine } from "./yaml-lines.ts";

/** The mistakes of one file, each with its line. */
export class Mistakes {
  readonly #path: string;
  readonly #found: { readonly line: number; readonly message: string }[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  add(line: number, message: string): void {
    this.#found.push({ line, message });
  }

  /** Adds a mistake for each key that occurs twice, and returns the other keys. */
  withoutRepeated(lines: readonly KeyLine[], prefix: string): readonly KeyLine[] {
    const firsts = new Map<string, number>();
    for (const { key, line } of lines) {
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, line);
      else this.add(line, `${shownName(`${prefix}${key}`)} occurs twice; the first is in line ${first}`);
    }
    return lines.filter(({ key }) => lines.filter((other) => other.key === key).length === 1);
  }

  /** The messages of all mistakes, in the order of their lines. */
  get messages(): readonly string[] {
    const inOrder = this.#found.toSorted((a, b) => a.line - b.line);
    return inOrder.map(({ line, message }) => `${this.#path}:${line}: ${message}`);
  }

  /** Throws a SettingError with all mistakes, if there are any. */
  throwAny(): void {
    if (this.#found.length > 0) throw new SettingError(...this.messages);
  }
}
