import { describe, expect, test } from "bun:test";
import { parseJunit } from "./junit.ts";

const withCases = (attributes: string, ...statuses: readonly string[]) => `<?xml version="1.0"?>
<testsuites tests="99" failures="99">
  <testsuite name="a suite" ${attributes}>
    <properties><property name="seed" value="7"></property></properties>
    ${statuses.map((status, index) => `<testcase name="case ${index}" status="${status}" time="0.1"><system-err>&lt;testcase name=&#34;quoted&#34;</system-err></testcase>`).join("\n")}
  </testsuite>
</testsuites>`;

const five = `tests="5" failures="1" errors="1" skipped="1" disabled="1"`;

describe("a JUnit document", () => {
  test("returns the name and the status of each case, for any text in it", () => {
    const { cases } = parseJunit(withCases(five, "passed", "failure", "failed", "skipped", "error", "panicked"));
    expect(cases).toEqual([
      { name: "case 0", status: "passed" },
      { name: "case 1", status: "failed" },
      { name: "case 2", status: "failed" },
      { name: "case 3", status: "skipped" },
      { name: "case 4", status: "error" },
      { name: "case 5", status: "error" },
    ]);
  });

  test("returns the counts of the suites' attributes, which may differ from the number of cases", () => {
    const { counts } = parseJunit(withCases(five, "passed"));
    expect(counts).toEqual({ passed: 1, failed: 1, error: 1, skipped: 1, disabled: 1 });
  });

  test("sums the counts of several suites", () => {
    const suite = `<testsuite tests="3" failures="1"><testcase name="a" status="passed"></testcase></testsuite>`;
    const { cases, counts } = parseJunit(`<testsuites>${suite}${suite}</testsuites>`);
    expect([cases.length, counts.passed, counts.failed]).toEqual([2, 4, 2]);
  });

  test("returns unescaped names", () => {
    const name = "a &amp;amp; b&#39;s &lt;&quot;&#x41;&#xe9;&quot;&gt; &unknown;";
    const { cases } = parseJunit(
      `<testsuite tests="1"><testcase name="${name}" status="passed"></testcase></testsuite>`,
    );
    expect(cases[0]?.name).toBe(`a &amp; b's <"Aé"> &unknown;`);
  });

  test("without cases or counts is refused", () => {
    const documents = [
      "",
      "not XML",
      `<testsuites tests="5"></testsuites>`,
      `<testsuite tests="5"></testsuite>`,
      withCases(`tests="0"`, "passed"),
      withCases(`tests="1" skipped="1"`, "skipped"),
      withCases(`failures="none"`, "passed"),
    ];
    for (const document of documents) expect(() => parseJunit(document)).toThrow("counts nothing");
  });
});
