/**
 * Finds keys that occur twice in a mapping in flow style, such as `{a: 1, a: 2}`. The YAML parser of the runtime silently
 * takes the last one. The text has to be valid YAML.
 */
import { hasContent, unquoted } from "./yaml-lines.ts";

/** A key that its mapping already has, with its line. */
export interface RepeatedKey {
  readonly key: string;
  readonly line: number;
}

/** The beginning of a line before a mapping or a list in flow style: marks of list items, a key, and properties. */
const beforeFlow = /^\s*(?:-\s+)*(?:(?:"[^"]*"|'[^']*'|[^\s"'#{[][^#]*?)\s*:\s+)?(?:[&!]\S*\s+)*(?=[{[])/;
/** The line before a text of several lines, which is not YAML. */
const beforeText = /(?:^|\s)[|>][-+\d]*\s*(?:\s#.*)?$/;
/**
 * A part of a flow collection: a comment, a space, a text in quotes, a mark, or a part of a plain text. A colon after a
 * text in quotes needs no space, as in JSON.
 */
const part = /\s#.*|\s|"(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'|[{}[\],]|(?<=["']):|(?:[^\s{}[\],:]|:(?![\s,{}[\]]|$))+|:/y;

/** Returns the repeated keys of all mappings in flow style. */
export function repeatedFlowKeys(lines: readonly string[]): readonly RepeatedKey[] {
  const found: RepeatedKey[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!;
    const start = hasContent(line) ? beforeFlow.exec(line)?.[0].length : undefined;
    if (start !== undefined) {
      const flow = new FlowReader(index + 1);
      flow.read([line.slice(start), ...lines.slice(index + 1)].join("\n"));
      found.push(...flow.repeated);
      index = flow.line - 1;
    } else if (hasContent(line) && beforeText.test(line)) index = lastLineBelow(lines, index);
  }
  return found;
}

/** Returns the index of the last line that has more indentation than a line. */
function lastLineBelow(lines: readonly string[], index: number): number {
  const width = lines[index]!.search(/\S/);
  const next = lines.findIndex((line, other) => other > index && /\S/.test(line) && line.search(/\S/) <= width);
  return (next === -1 ? lines.length : next) - 1;
}

/** Reads one mapping or list in flow style, with everything in it. */
class FlowReader {
  readonly repeated: RepeatedKey[] = [];
  /** The line of the part that is read. */
  line: number;
  /** The keys of each mapping that is open, and undefined for each list. */
  readonly #open: (Set<string> | undefined)[] = [];
  /** The parts of a key, or undefined in a value. */
  #key: string[] | undefined = [];

  constructor(line: number) {
    this.line = line;
  }

  read(text: string): void {
    part.lastIndex = 0;
    for (let found = part.exec(text); found; found = part.exec(text)) {
      this.#readPart(found[0]);
      if (this.#open.length === 0) return;
      this.line += found[0].split("\n").length - 1;
    }
  }

  #readPart(text: string): void {
    if (text === "{" || text === "[") this.#begin(text);
    else if (text === "}" || text === "]") this.#end();
    else if (text === ",") this.#endKey([]);
    else if (text === ":") this.#endKey(undefined);
    else if (!/^\s#/.test(text)) this.#key?.push(text);
  }

  #begin(mark: string): void {
    this.#open.push(mark === "{" ? new Set() : undefined);
    this.#key = [];
  }

  #end(): void {
    this.#endKey(undefined);
    this.#open.pop();
  }

  #endKey(next: string[] | undefined): void {
    const keys = this.#open.at(-1);
    const text = this.#key?.join("").trim() ?? "";
    this.#key = next;
    if (!keys || text === "") return;
    const key = /^(["']).*\1$/s.test(text) ? unquoted(text) : text;
    if (keys.has(key)) this.repeated.push({ key, line: this.line });
    keys.add(key);
  }
}
