import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const markdownBelow = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const rootPages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "SECURITY.md"];
const pages = [...rootPages, ...markdownBelow("docs"), ...markdownBelow("examples"), ...markdownBelow("packaging")];

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(path: string): Set<string> {
  const text = readFileSync(path, "utf8").replaceAll(/^```.*?^```/gms, "");
  const headings = [...text.matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => heading!);
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name]) => name!);
  const slugs = headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
  return new Set([...slugs, ...named]);
}

for (const page of pages) {
  test(`each link in ${page} leads to an existing file and heading`, () => {
    // Regular expressions in code look like links.
    const text = readFileSync(join(root, page), "utf8").replaceAll(/`[^`\n]*`/g, "code");
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? join(root, page) : join(root, dirname(page), path);
      if (relative(root, target).startsWith("..") || !existsSync(target)) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).has(anchor);
    });
    expect(broken).toEqual([]);
  });
}

test("each decision has a unique number, and begins with it", () => {
  const decisions = readdirSync(join(root, "docs/decisions"));
  const numbers = decisions.map((name) => name.slice(0, 4));
  expect(numbers).toEqual([...new Set(numbers)]);
  for (const name of decisions) {
    expect(readFileSync(join(root, "docs/decisions", name), "utf8")).toStartWith(`# ${name.slice(0, 4)}`);
  }
});
