/** Reads the JSON report of schemathesis. */
interface Written {
  readonly schemathesis_version: string;
  readonly complete: boolean;
  readonly operations: { readonly total: number; readonly tested: number; readonly errored: number };
  readonly test_cases: { readonly generated: number; readonly with_failures: number };
  readonly failures: readonly Finding[];
  readonly errors: readonly unknown[];
}

interface Finding {
  readonly code: string;
  readonly title: string;
  readonly operations: readonly string[];
}

export interface Report {
  readonly version: string;
  readonly cases: number;
  /** The findings for each tested operation, by method and path. */
  readonly operations: ReadonlyMap<string, readonly string[]>;
  /** Problems of the run as a whole. */
  readonly misses: readonly string[];
}

/** `expected` has the existing operations; `code` is the exit code of the process. */
export function reportOf(written: Written, expected: readonly string[], code: number): Report {
  const { complete, operations, failures, errors, test_cases: cases } = written;
  const found = expected.map((operation) => {
    const own = failures.filter((finding) => finding.operations.includes(operation));
    return [operation, own.map(({ code: kind, title }) => `${kind} ${title}`)] as const;
  });
  const elsewhere = failures.filter((finding) => !finding.operations.some((operation) => expected.includes(operation)));
  const misses = [
    ...(complete ? [] : ["it did not come to its end"]),
    ...(operations.tested === expected.length ? [] : [`${operations.tested} of ${expected.length} operations tested`]),
    ...errors.map((error) => JSON.stringify(error)),
    ...elsewhere.map(({ code: kind, title }) => `${kind} ${title}, of no operation of the document`),
    // All failures of the report must be among the findings.
    ...(code !== 0 && failures.length + errors.length === 0 ? [`it ended with ${code}`] : []),
  ];
  return { version: written.schemathesis_version, cases: cases.generated, operations: new Map(found), misses };
}
