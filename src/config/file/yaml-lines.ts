/**
 * Finds the lines of the keys of a configuration file. The YAML parser of the runtime gives values without positions, and
 * silently takes the last of two equal keys. This scan reads only the keys of two nested mappings in block style. Any other
 * line at the place of a key is taken as a key too. The caller compares the keys with the parsed ones: if the two differ,
 * the file uses a style that the scan does not know.
 */

/** A key of a mapping, with its line. Lines count from 1. */
export interface KeyLine {
  readonly key: string;
  readonly line: number;
}

/** A key of a group, with the lines of the items if the value is a list in block style. */
export interface SettingLine extends KeyLine {
  readonly items: number[];
}

/** A key at the beginning of a line, with the keys below it. */
export interface GroupLine extends KeyLine {
  /** Whether the value begins on the line of the key. */
  readonly inline: boolean;
  readonly settings: SettingLine[];
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
  /^ *(?:"([^"\\]*)"|'([^']*)'|((?:-(?=\S)|[^\s"'#&*!|>%@`[\]{},?:-])(?:[^:#]|:(?=\S)|(?<=\S)#)*?)) *:(?:\s|$)/;
const emptyValue = /:\s*(?:#.*)?$/;
/** The end of a list over several lines. */
const closingMark = /^ *\](?:\s+#.*|\s*)$/;
const documentMark = /^(?:---|\.\.\.)(?:\s|$)|^%/;

/** Returns the groups of a file and the settings in them, in their order, also those that occur twice. */
export function findKeys(lines: readonly string[]): GroupLine[] {
  const groups: GroupLine[] = [];
  let indentation: number | undefined;
  for (const [index, text] of lines.entries()) {
    if (!hasContent(text) || documentMark.test(text) || closingMark.test(text)) continue;
    const width = text.search(/[^ ]/);
    const line = index + 1;
    const group = groups.at(-1);
    if (width === 0) {
      groups.push({ key: keyOf(text), line, inline: !emptyValue.test(text), settings: [] });
      indentation = undefined;
    } else if (group) {
      indentation ??= width;
      if (/^ *-(?:\s|$)/.test(text)) group.settings.at(-1)?.items.push(line);
      else if (width === indentation) group.settings.push({ key: keyOf(text), line, items: [] });
    }
  }
  return groups;
}

/** Returns the key of a line, or the whole line if it has none, so that no parsed key is equal to it. */
function keyOf(text: string): string {
  const [, double, single, plain] = keyPattern.exec(text) ?? [];
  return double ?? single ?? plain ?? text;
}
