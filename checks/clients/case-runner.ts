// Runs the cases one after the other, prints a line for each, and continues after a failure.
import { interruption } from "./command.ts";

export interface CaseResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it was skipped; empty otherwise. */
  readonly reason: string;
}

export class CaseRunner {
  readonly results: CaseResult[] = [];

  async test(name: string, body: () => Promise<void>): Promise<void> {
    if (interruption.signal.aborted) return;
    const started = performance.now();
    const elapsed = (): string => `(${Math.round(performance.now() - started)} ms)`;
    try {
      await body();
      this.results.push({ name, outcome: "passed", reason: "" });
      printLine(`ok   ${name} ${elapsed()}`);
    } catch (error) {
      if (interruption.signal.aborted) return;
      this.results.push({ name, outcome: "failed", reason: "" });
      printLine(`FAIL ${name} ${elapsed()}`);
      printLine(indent(error instanceof Error ? error.message : String(error)));
    }
  }

  skip(name: string, reason: string): void {
    this.results.push({ name, outcome: "skipped", reason });
    printLine(`skip ${name}: ${reason}`);
  }

  /** Prints the closing line and gives the exit status. */
  finish(): number {
    const [passed, failed, skipped] = [this.count("passed"), this.count("failed"), this.count("skipped")];
    const skips = skipped === 0 ? "" : `, ${skipped} skipped`;
    printLine(`${passed} passed, ${failed} failed${skips}`);
    return failed === 0 && passed > 0 ? 0 : 1;
  }

  private count(outcome: CaseResult["outcome"]): number {
    return this.results.filter((result) => result.outcome === outcome).length;
  }
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `     ${line}`)
    .join("\n");
}
