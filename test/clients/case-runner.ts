// Runs the cases one after the other, a line for each, and goes on after a failure.
import { interruption } from "./command.ts";

export class CaseRunner {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  async test(name: string, body: () => Promise<void>): Promise<void> {
    if (interruption.signal.aborted) return;
    const started = performance.now();
    const elapsed = (): string => `(${Math.round(performance.now() - started)} ms)`;
    try {
      await body();
      this.passed++;
      printLine(`ok   ${name} ${elapsed()}`);
    } catch (error) {
      if (interruption.signal.aborted) return;
      this.failed++;
      printLine(`FAIL ${name} ${elapsed()}`);
      printLine(indent(error instanceof Error ? error.message : String(error)));
    }
  }

  skip(name: string, reason: string): void {
    this.skipped++;
    printLine(`skip ${name}: ${reason}`);
  }

  /** Prints the closing line and gives the exit status. */
  finish(): number {
    const skips = this.skipped === 0 ? "" : `, ${this.skipped} skipped`;
    printLine(`${this.passed} passed, ${this.failed} failed${skips}`);
    return this.failed === 0 && this.passed > 0 ? 0 : 1;
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
