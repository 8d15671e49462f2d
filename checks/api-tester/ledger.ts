/** What hooks.py counted in a run, by operation and by reason. */
export interface Ledger {
  readonly requests: Readonly<Record<string, number>>;
  /** Findings that are none. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Checks of schemathesis that are left out, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  ignored_auth: "there are no accounts yet, and so no security scheme that could be ignored",
  object_level_authorization: "there are no accounts yet, and so nobody whose content another could reach",
};

/** What a reader of the result has to know of what was not held against the registry. */
export function silences({ dropped }: Ledger): string[] {
  return [
    ...Object.entries(leftOut).map(([check, reason]) => `left out: ${check}: ${reason}`),
    ...Object.entries(dropped).map(([reason, count]) => `not counted, ${count} times: ${reason}`),
  ];
}
