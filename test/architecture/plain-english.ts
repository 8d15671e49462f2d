/** An expression that docs/style.md bans, with the words to write instead. */
interface BannedWords {
  readonly words: string;
  readonly instead: string;
}

/** The banned expressions. docs/style.md has the reasons and examples. */
const bannedWords: readonly BannedWords[] = [
  { words: "whoever", instead: "anyone who, the client that" },
  { words: "nobody", instead: "no client, no request, no process" },
  { words: "everybody", instead: "all clients, everyone" },
  { words: "somebody", instead: "a person, another client" },
  { words: "anew", instead: "again" },
  { words: "lies", instead: "is in, is stored in" },
  { words: "lie in", instead: "are in, are stored in" },
  { words: "stands", instead: "is in, is" },
  { words: "stand in", instead: "are in" },
  { words: "holds", instead: "stores, has, applies, is true" },
  { words: "of its own", instead: "its own, separate" },
  { words: "of their own", instead: "their own, separate" },
  { words: "what is kept", instead: "the noun: the cached entries, the stored bytes" },
  { words: "what is so", instead: "the noun" },
  { words: "what is asked for", instead: "the request, the requested blob" },
  { words: "as it came", instead: "unchanged" },
  { words: "as they came", instead: "unchanged" },
  { words: "in its turn", instead: "then" },
  { words: "in their turn", instead: "then" },
  { words: "by turns", instead: "alternately" },
  { words: "for but", instead: "except for" },
  { words: "but for", instead: "except for" },
  { words: "that this is so", instead: "that this is true" },
  { words: "goes on", instead: "continues" },
  { words: "go on", instead: "continue" },
  { words: "going on", instead: "in progress" },
  { words: "so many", instead: "the number" },
  { words: "for ever", instead: "forever" },
  { words: "beside", instead: "besides, next to" },
  { words: "sees to it", instead: "ensures" },
  { words: "come about", instead: "happen" },
];

const patterns = bannedWords.map(({ words, instead }) => ({
  words,
  instead,
  // The words may be on two lines, and a line of a comment begins with an asterisk or two slashes.
  pattern: new RegExp(String.raw`\b${words.replaceAll(" ", String.raw`(?:\s|\n *(?:\*|\/\/))+`)}\b`, "gi"),
}));

/** Replaces the matches with spaces, so that all other text keeps its line. */
function blank(text: string, pattern: RegExp): string {
  return text.replace(pattern, (match) => match.replace(/[^\n]/g, " "));
}

const lineOf = (text: string, index: number) => text.slice(0, index).split("\n").length;

/** Finds the banned words in a text. Each result has the form `place:line: "word", write ...`. Code is exempt. */
export function bannedIn(text: string, place: string): string[] {
  const prose = blank(blank(text, /^ *```.*?^ *```/gms), /`[^`\n]*`/g);
  const found = patterns.flatMap(({ words, instead, pattern }) =>
    [...prose.matchAll(pattern)].map(({ index }) => ({ line: lineOf(prose, index), words, instead })),
  );
  return found
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, words, instead }) => `${place}:${line}: "${words}", write: ${instead}`);
}

/** A Markdown document without the rows of its tables of examples: `avoid | write` and `before | after`. */
export function withoutExamples(markdown: string): string {
  return blank(markdown, /^\| (?:avoid|before) \|.*\n(?:\|.*\n?)*/gm);
}

const comment = /\/\*.*?\*\/|\/\/[^\n]*/s;
const stringLiteral = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/s;
/** After these characters, a slash begins a regular expression. Elsewhere it is a division. */
const regexLiteral = /(?<=[(,=:[!&|?;>]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//s;
const tokens = new RegExp([comment, stringLiteral, regexLiteral].map(({ source }) => source).join("|"), "gs");

/** The comments of a source text, in their lines. Everything else is blank. */
export function commentsOf(source: string): string {
  let end = 0;
  let comments = "";
  for (const { 0: token, index } of source.matchAll(tokens)) {
    if (!/^\/[*/]/.test(token)) continue;
    comments += blank(source.slice(end, index), /.+/g) + token;
    end = index + token.length;
  }
  return comments;
}

/** The call of a test, or the second call of `test.each(table)(name)` and `test.skipIf(condition)(name)`. */
const testCall = /(?:\b(?:test|describe)(?:\.\w+)*|\))\(\s*/;
const testName = new RegExp(`${testCall.source}(${stringLiteral.source})`, "gs");

/** The names of the tests in a source text, each with its line. Expressions in a name are left out. */
export function testNamesIn(source: string): { readonly line: number; readonly name: string }[] {
  return [...source.matchAll(testName)].map(({ 0: call, 1: name = "", index }) => ({
    line: lineOf(source, index + call.length - name.length),
    name: name.slice(1, -1).replaceAll(/\$\{[^}]*\}/g, ""),
  }));
}

/** All texts in a table, each with the keys that lead to it. */
export function textsIn(table: unknown, path = ""): [path: string, text: string][] {
  if (typeof table === "string") return [[path, table]];
  if (typeof table !== "object" || table === null) return [];
  return Object.entries(table).flatMap(([key, value]) => textsIn(value, path === "" ? key : `${path}.${key}`));
}

const exported =
  /^export (?:(?:abstract|async|declare|default) )*(?:function\*?|class|interface|type|const|enum) (\w+)/;

/** The exported symbols without a doc comment right before them, as `path:line: name`. Re-exports are exempt. */
export function undocumentedExports(source: string, path: string): string[] {
  const lines = source.split("\n");
  const documented = new Set<string>();
  return lines.flatMap((line, index) => {
    const name = exported.exec(line)?.[1];
    if (name === undefined) return [];
    const before = lines.slice(0, index).findLast((text) => !text.startsWith("// oxlint-disable"));
    // The first overload of a function has the comment for all of them.
    if (documented.has(name)) return [];
    if (before?.endsWith("*/") && isDocComment(lines.slice(0, index))) {
      documented.add(name);
      return [];
    }
    return [`${path}:${index + 1}: ${name}`];
  });
}

function isDocComment(lines: readonly string[]): boolean {
  const start = lines.findLast((line) => /^\s*\/\*/.test(line));
  return start?.trim().startsWith("/**") === true;
}

const longestLine = 120;

/** A line with one link and nothing else, which cannot be broken. */
const onlyLink = /^\s*(?:[-*] |\d+\. |> )?(?:\[[^\]]*\]\(\S+\)|\[[^\]]+\]: \S+|<?\S+>?)[.,;:]?$/;

/** The lines of Markdown with more than 120 characters, as `path:line: n characters`. Tables, code and generated text are exempt. */
export function longLines(markdown: string, path: string): string[] {
  if (markdown.startsWith("<!-- Made from")) return [];
  return blank(blank(markdown, /^ *```.*?^ *```/gms), /^<!-- [^\n]*: begin.*?^<!-- (?:[^\n]*: )?end -->/gms)
    .split("\n")
    .flatMap((line, index) => {
      const isLong = line.trimEnd().length > longestLine && !line.startsWith("|") && !onlyLink.test(line);
      return isLong ? [`${path}:${index + 1}: ${line.length} characters`] : [];
    });
}
