/** Checks the rules of docs/style.md that a program can check. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { commands } from "../../src/cli/commands.ts";
import { settings } from "../../src/config/settings.ts";
import {
  bannedIn,
  commentsOf,
  longLines,
  testNamesIn,
  textsIn,
  undocumentedExports,
  withoutExamples,
} from "./plain-english.ts";
import { filesBelow, readText, root } from "./repository-files.ts";

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...filesBelow("docs").filter((path) => path.endsWith(".md") && !path.startsWith("docs/lab/")),
  ...[...filesBelow("examples"), ...filesBelow("packaging")].filter((path) => path.endsWith(".md")),
];
/** These documents list the names of tests. */
const testTables = new Set(["docs/coverage.md", "docs/seeds.md"]);
const sources = filesBelow("src").filter((path) => path.endsWith(".ts"));
const programs = ["src", "test", "checks", "bench", "tools"].flatMap((folder) =>
  filesBelow(folder).filter((path) => /\.(?:ts|mjs)$/.test(path)),
);

describe("the words of docs/style.md", () => {
  test("no document has banned words", () => {
    const checked = documents.filter((path) => !testTables.has(path));
    expect(checked.flatMap((path) => bannedIn(withoutExamples(readText(path)), path))).toEqual([]);
  });

  test("no text of a setting or a command has banned words", () => {
    const texts = [...textsIn(settings, "settings"), ...textsIn(commands, "commands")];
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.flatMap(([path, text]) => bannedIn(text, path))).toEqual([]);
  });

  test("no comment has banned words", () => {
    expect(programs.flatMap((path) => bannedIn(commentsOf(readText(path)), path))).toEqual([]);
  });

  test("no name of a test has banned words", () => {
    const names = programs.flatMap((path) =>
      testNamesIn(readText(path)).map(({ line, name }) => ({ place: `${path}:${line}`, name })),
    );
    expect(names.length).toBeGreaterThan(2_000);
    expect(names.flatMap(({ place, name }) => bannedIn(name, place))).toEqual([]);
  });

  test("a banned word is found with its line, also across a line break and in capitals", () => {
    const text = "Fine.\nNobody waits. It is in a file of\nits own.\n";
    expect(bannedIn(text, "a.md")).toEqual([
      'a.md:2: "nobody", write: no client, no request, no process',
      'a.md:2: "of its own", write: its own, separate',
    ]);
    const source = "const whoever = 1;\n/**\n * It goes\n * on.\n */\nconst anew = 2; /** A lock stands. */\n";
    expect(bannedIn(commentsOf(source), "a.ts")).toEqual([
      'a.ts:3: "goes on", write: continues',
      'a.ts:6: "stands", write: is in, is',
    ]);
  });

  test("comments are found in their lines, and literals are not comments", () => {
    const source = [
      'const url = "http://127.0.0.1"; // One.',
      "const path = `http://${host}/* not one */`;",
      "const pattern = /[\"'`]https?:\\/\\//;",
      "const part = total / 2; /* Two. */ const rest = total / 3;",
      "/** Three",
      " * lines. */",
    ];
    const comments = commentsOf(source.join("\n")).split("\n");
    expect(comments.map((line) => line.trim())).toEqual(["// One.", "", "", "/* Two. */", "/** Three", "* lines. */"]);
    expect(bannedIn(commentsOf("// It goes\n// on.\n"), "a.ts")).toEqual(['a.ts:1: "goes on", write: continues']);
  });

  test("the names of tests are found, also with tables and conditions", () => {
    const source = [
      'test("one", () => {',
      'describe.concurrent("two", () => {',
      'test(`three ${value.join(", ")}: end`, () => {',
      'test.each([["a", 1]])("four %s", (text) => {',
      'test.skipIf(!able)("five", () => {',
      "test(",
      '  "six",',
      'expect(text("not one")).toBe("nor this");',
    ];
    expect(testNamesIn(source.join("\n"))).toEqual([
      { line: 1, name: "one" },
      { line: 2, name: "two" },
      { line: 3, name: "three : end" },
      { line: 4, name: "four %s" },
      { line: 5, name: "five" },
      { line: 7, name: "six" },
    ]);
  });

  test("code and longer words are allowed", () => {
    expect(bannedIn("The variable `anew`, besides households.\n```\nnobody\n```\n", "a.md")).toEqual([]);
  });

  test("tables of examples are allowed, and no text after them", () => {
    const tables = "| avoid | write |\n|---|---|\n| nobody | no client |\n";
    expect(bannedIn(withoutExamples(tables), "a.md")).toEqual([]);
    expect(bannedIn(withoutExamples(`${tables}\nNobody.\n`), "a.md")).toHaveLength(1);
    expect(bannedIn(withoutExamples(tables.replace("avoid", "term")), "a.md")).toHaveLength(1);
  });

  test("the texts of a table are found by their keys", () => {
    expect(textsIn({ a: { doc: "x", flags: [{ doc: "y" }] }, b: 1, c: null })).toEqual([
      ["a.doc", "x"],
      ["a.flags.0.doc", "y"],
    ]);
  });
});

describe("doc comments", () => {
  test("each exported symbol has one", () => {
    const files = sources.filter((path) => !path.endsWith(".test.ts"));
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap((path) => undocumentedExports(readText(path), path))).toEqual([]);
  });

  test.each([
    "export function f() {}",
    "export async function f() {}",
    "export abstract class f {}",
    "export interface f {}",
    "export type f = 1;",
    "export const f = 1;",
    "export enum f {}",
  ])("%s needs one", (line) => {
    expect(undocumentedExports(`const a = 1;\n${line}\n`, "a.ts")).toEqual(["a.ts:2: f"]);
    expect(undocumentedExports(`// Makes f.\n${line}\n`, "a.ts")).toHaveLength(1);
    expect(undocumentedExports(`/* Makes f. */\n${line}\n`, "a.ts")).toHaveLength(1);
    expect(undocumentedExports(`/** The file. */\n\n${line}\n`, "a.ts")).toHaveLength(1);
    expect(undocumentedExports(`/**\n * Makes f.\n */\n${line}\n`, "a.ts")).toEqual([]);
  });

  test("a re-export and a second overload need none", () => {
    expect(undocumentedExports('export { f } from "./f.ts";\nexport type { F } from "./f.ts";\n', "a.ts")).toEqual([]);
    const overloads = "/** Makes f. */\nexport function f(): void;\nexport function f(a?: 1): void {}\n";
    expect(undocumentedExports(overloads, "a.ts")).toEqual([]);
  });
});

describe("lines of Markdown", () => {
  const long = "word ".repeat(25).trim();

  test("no document has a line of more than 120 characters", () => {
    expect(documents.flatMap((path) => longLines(readText(path), path))).toEqual([]);
  });

  test("a long line is found with its number", () => {
    expect(longLines(`Short.\n${long}\n`, "a.md")).toEqual(["a.md:2: 124 characters"]);
    expect(longLines(`- [name](a.md) ${long}\n`, "a.md")).toHaveLength(1);
  });

  test("tables, code, links that cannot be broken, and generated text may have long lines", () => {
    const address = `https://registry.example/${"a".repeat(120)}`;
    const allowed = `| ${long} |\n\`\`\`\n${long}\n\`\`\`\n- [name](${address})\n[name]: ${address}\n${address}\n`;
    expect(longLines(allowed, "a.md")).toEqual([]);
    expect(longLines(`<!-- Made from a table. -->\n${long}\n`, "a.md")).toEqual([]);
    for (const end of ["end", "bench: end"]) {
      const generated = `<!-- bench: begin -->\n${long}\n<!-- ${end} -->\n`;
      expect(longLines(`${generated}Short.\n`, "a.md")).toEqual([]);
      expect(longLines(`${generated}${long}\n`, "a.md")).toEqual(["a.md:4: 124 characters"]);
    }
  });
});
