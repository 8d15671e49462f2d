/** Reads the reports of the test runner. */

/** A test of a report. */
export interface ReportedTest {
  readonly file: string;
  /** The names of the groups of the test, and its own name. */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
}

/** Returns the tests of a JUnit report that `bun test` has written. */
export function readReport(xml: string): ReportedTest[] {
  const cases = xml.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs);
  return Array.from(cases, ([, attributes, content = ""]) => {
    const { file = "", classname = "", name = "" } = attributesOf(attributes!);
    return { file, name: `${classname} ${name}`.trim(), outcome: outcomeOf(content) };
  });
}

function attributesOf(text: string): Partial<Record<string, string>> {
  const pairs = text.matchAll(/(\w+)="([^"]*)"/g);
  return Object.fromEntries(Array.from(pairs, ([, key, value]) => [key!, unescape(value!)]));
}

function outcomeOf(content: string): ReportedTest["outcome"] {
  if (content.includes("<skipped")) return "skipped";
  return content.trim() === "" ? "passed" : "failed";
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name: string) =>
    code === undefined ? (entities[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
}
