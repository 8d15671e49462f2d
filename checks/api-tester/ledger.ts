/** The counts that hooks.py made in a run, by operation and by reason. */
export interface Ledger {
  readonly requests: Readonly<Record<string, number>>;
  /** Findings that are not defects. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Checks of schemathesis that are left out, with the reasons. */
export const leftOut: Readonly<Record<string, string>> = {
  ignored_auth: "there are no accounts yet, and so no security scheme that could be ignored",
  object_level_authorization: "there are no accounts yet, so no client can reach the content of another",
};

/** What the run did not check, for the reader of its result. */
export function silences({ dropped }: Ledger): string[] {
  return [
    ...Object.entries(leftOut).map(([check, reason]) => `left out: ${check}: ${reason}`),
    ...Object.entries(dropped).map(([reason, count]) => `not counted, ${count} times: ${reason}`),
  ];
}
