/** The result of a suite in one setting, in a form that fits the files of both suites. */
export type Status = "passed" | "failed" | "error" | "skipped" | "disabled";

export interface Outcome {
  readonly name: string;
  readonly status: Status;
}

export type Counts = Readonly<Record<Status, number>>;

export interface Results {
  /** One entry for each use of the API. */
  readonly api: readonly Outcome[];
  /** Every test that the file names. */
  readonly tests: readonly Outcome[];
  /** The counts in the file. A suite may count several checks of one test. */
  readonly all: Counts;
}

/** Names of omitted tests, or the end of their names, with the reason why nothing is missing without them. */
export type LeftOut = Readonly<Record<string, string>>;

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What counts as a failure. */
  readonly wrong: readonly Outcome[];
  /** What was left out for a reason. */
  readonly explained: readonly (Outcome & { readonly why: string })[];
}

/** Failures, and omitted tests without a known reason, are wrong. */
export function judge({ api, tests, all }: Results, leftOut: LeftOut, exitStatus: number): Verdict {
  const wrongIn = (list: readonly Outcome[]) =>
    list.filter((outcome) => outcome.status !== "passed" && whyLeftOut(outcome, leftOut) === undefined);
  const [wrongUses, wrongTests] = [wrongIn(api), wrongIn(tests)];
  const wrong = [...new Set([...wrongUses, ...wrongTests])];
  const explained = [...new Set([...api, ...tests])].flatMap((outcome) => {
    const why = whyLeftOut(outcome, leftOut);
    return why === undefined ? [] : [{ ...outcome, why }];
  });
  const unaccounted = wrongUses.length > 0 || exitStatus !== 0 ? 1 : 0;
  return {
    passed: all.passed,
    failed: Math.max(all.failed + all.error, wrongTests.length, unaccounted),
    skipped: tests.filter((test) => whyLeftOut(test, leftOut) !== undefined).length,
    wrong,
    explained,
  };
}

function whyLeftOut({ name, status }: Outcome, leftOut: LeftOut): string | undefined {
  if (status !== "skipped" && status !== "disabled") return undefined;
  return Object.entries(leftOut).find(([ending]) => name.endsWith(ending))?.[1];
}

export function countsOf(outcomes: readonly Outcome[]): Counts {
  const counts = { passed: 0, failed: 0, error: 0, skipped: 0, disabled: 0 };
  for (const { status } of outcomes) counts[status] += 1;
  return counts;
}

export function countsText({ passed, failed, error, skipped, disabled }: Counts): string {
  return `${passed} passed, ${failed} failed, ${error} errors, ${skipped} skipped, ${disabled} disabled`;
}
