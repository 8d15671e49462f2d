import type { Counts, Outcome, Status } from "./results.ts";

export interface Junit {
  readonly cases: readonly Outcome[];
  /** The counts in the suite's attributes. */
  readonly counts: Counts;
}

/**
 * Parses the opening tags of a JUnit document. Both suites write a `status` for each case, and the rewrite writes no
 * `<failure>`, which other readers need. The writers escape all attributes and texts.
 */
export function parseJunit(text: string): Junit {
  const suites = [...text.matchAll(/<testsuite\s([^>]*)>/g)].map(([, attributes = ""]) => attributesOf(attributes));
  const cases = [...text.matchAll(/<testcase\s([^>]*)>/g)].map(([, attributes = ""]): Outcome => {
    const { name = "", status = "" } = attributesOf(attributes);
    return { name, status: statusOf(status) };
  });
  const sum = (attribute: string) => suites.reduce((total, suite) => total + Number(suite[attribute] ?? 0), 0);
  const [failed, error] = [sum("failures"), sum("errors")];
  const [skipped, disabled] = [sum("skipped"), sum("disabled")];
  const passed = sum("tests") - failed - error - skipped - disabled;
  if (cases.length === 0 || !(passed + failed + error > 0)) throw new Error("the JUnit document counts nothing");
  return { cases, counts: { passed, failed, error, skipped, disabled } };
}

/** A status that is not known here (ginkgo has `panicked`, `aborted` and others) is an error. */
function statusOf(word: string): Status {
  switch (word) {
    case "passed":
    case "skipped":
      return word;
    case "failed":
    case "failure":
      return "failed";
    default:
      return "error";
  }
}

function attributesOf(text: string): Record<string, string> {
  const found = [...text.matchAll(/([\w-]+)="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = "", value = ""]) => [name, unescape(value)]));
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(#x?)?(\w+);/g, (whole, number: string | undefined, content: string) => {
    if (number === undefined) return named[content] ?? whole;
    return String.fromCodePoint(Number.parseInt(content, number === "#x" ? 16 : 10));
  });
}
