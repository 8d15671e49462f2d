// The assertions of the cases. Each failure shows the actual and the expected value.

export function assertEqual(what: string, actual: unknown, expected: unknown): void {
  if (!Bun.deepEquals(actual, expected)) {
    throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }
}

export function assert(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}
