/**
 * Finds the lines of the keys of a configuration file. The YAML parser of the runtime gives values without positions, and
 * silently takes the last of two equal keys. This scan reads only the keys of nested mappings in block style. Any other
 * line at the place of a key is taken as a key too. The caller compares the keys with the parsed ones: if the two differ,
 * the file uses a style that the scan does not know.
 */

/** A key of a mapping, with its line. Lines count from 1. */
export interface KeyLine {
  readonly key: string;
  readonly line: number;
  /** Whether the value begins on the line of the key. */
  readonly inline: boolean;
  /** The keys below it, if the value is a mapping in block style. */
  readonly keys: KeyLine[];
  /** The lines of the items, if the value is a list in block style. */
  readonly items: number[];
}

/** Returns the lines of a text without their line breaks. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Returns whether a line has a key or a value, and not only a comment. */
export function hasContent(line: string): boolean {
  return !/^\s*(?:#|$)/.test(line);
}

const keyPattern =
  /^ *(?:("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|((?:-(?=\S)|[^\s"'#&*!|>%@`[\]{},?:-])(?:[^:#]|:(?=\S)|(?<=\S)#)*?)) *:(?:\s|$)/;
/** The end of a key whose value begins on the next line. An anchor or a tag may be between them. */
const emptyValue = /:\s*(?:(?<=\s)[&!]\S*(?:\s+|$))*(?:#.*)?$/;
/** The beginning of an item of a list. At the beginning of a line, the list is no value of a key. */
const itemMark = /^ +-(?:\s|$)/;
/** The end of a list over several lines. */
const closingMark = /^ *\](?:\s+#.*|\s*)$/;
const documentMark = /^(?:---|\.\.\.)(?:\s|$)|^%/;

/** A mapping that the next line may continue, with the width of its indentation. */
interface Level {
  readonly width: number;
  readonly keys: KeyLine[];
}

/** Returns the keys of a file and the keys below them, in their order, also those that occur twice. */
export function findKeys(lines: readonly string[]): KeyLine[] {
  const root: Level = { width: 0, keys: [] };
  let levels: readonly Level[] = [root];
  for (const [index, text] of lines.entries()) {
    if (!hasContent(text) || documentMark.test(text) || closingMark.test(text)) continue;
    const width = text.search(/[^ ]/);
    levels = levels.filter((level) => level.width <= width);
    const level = levels.at(-1)!;
    const last = level.keys.at(-1);
    if (itemMark.test(text)) last?.items.push(index + 1);
    else if (width === level.width) level.keys.push(keyLine(text, index + 1));
    else if (last && last.items.length === 0) {
      last.keys.push(keyLine(text, index + 1));
      levels = [...levels, { width, keys: last.keys }];
    }
  }
  return root.keys;
}

function keyLine(text: string, line: number): KeyLine {
  return { key: keyOf(text), line, inline: !emptyValue.test(text), keys: [], items: [] };
}

/** Returns the key of a line, or the whole line if it has none, so that no parsed key is equal to it. */
function keyOf(text: string): string {
  const [, quoted, plain] = keyPattern.exec(text) ?? [];
  return quoted === undefined ? (plain ?? text) : unquoted(quoted);
}

/** Returns the text that is in quotes, with its escapes, in valid YAML. */
export function unquoted(text: string): string {
  try {
    return String(Bun.YAML.parse(text));
  } catch {
    return text;
  }
}
