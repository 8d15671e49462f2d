/** The maximum number of lines of one failure that are shown. `npm test -- PATH` shows the same for that file alone. */
const shownLines = 30;

/**
 * Reads the output of `bun test` line by line. Counts tests as they end, and returns the lines to show for those that
 * fail: file, name and the beginning of the message.
 */
export class TestOutput {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** Skipped tests with their files. Their names say why. */
  readonly skips: string[] = [];
  /** The file whose tests run now. */
  file = "";
  #shownFile = "";
  /** The lines since the last test ended. */
  #said: string[] = [];
  #justFailed = false;
  #summary = false;

  /** Reads a line. Returns the lines to print now. */
  take(line: string): string[] {
    const [, outcome, name] = /^\((pass|fail|skip|todo)\) (.*)$/.exec(line) ?? [];
    if (this.#summary) return this.#takeSummary(line);
    if (outcome !== undefined) return this.#end(outcome, name!);
    if (/^\S+\.test\.[jt]sx?:$/.test(line)) return this.#begin(line.slice(0, -1));
    if (/^\d+ tests? (failed|skipped|todo):$/.test(line) || /^ *\d+ pass$/.test(line)) {
      this.#summary = true;
      return [...this.#takeOutside(), ...this.#takeSummary(line)];
    }
    if (this.#justFailed && line.startsWith("  ^ ")) return [line];
    this.#said.push(line);
    return [];
  }

  /** The last lines of the runner, in case it exits before it prints its counts. */
  get rest(): readonly string[] {
    return this.#said.slice(-shownLines);
  }

  #begin(file: string): string[] {
    const outside = this.#takeOutside();
    this.file = file;
    return outside;
  }

  #end(outcome: string, name: string): string[] {
    const said = this.#said;
    this.#said = [];
    this.#justFailed = outcome === "fail";
    if (outcome === "pass") this.passed += 1;
    else if (outcome === "fail") this.failed += 1;
    else {
      this.skipped += 1;
      this.skips.push(`${this.file}: ${name}`);
    }
    return outcome === "fail" ? this.#shown(said, `(fail) ${name}`) : [];
  }

  /** The lines of an error outside of tests, which is between two of them. */
  #takeOutside(): string[] {
    const said = this.#said;
    this.#said = [];
    if (!said.some((line) => line.startsWith("# Unhandled error"))) return [];
    this.failed += 1;
    return this.#shown(said, "(fail) an error outside of any test");
  }

  #shown(said: readonly string[], last: string): string[] {
    const heading = this.file === this.#shownFile ? [] : [`${this.file}:`];
    this.#shownFile = this.file;
    const lines = said.filter((line) => line.trim() !== "");
    const hidden = lines.length - shownLines;
    const more = hidden > 0 ? [`... ${hidden} more lines`] : [];
    return [...heading, ...lines.slice(0, shownLines), ...more, last];
  }

  /** Reads the summary. The runner repeats every failure at its end, and its counts are the final ones. */
  #takeSummary(line: string): string[] {
    const [, count, word] = /^ *(\d+) (pass|fail|skip)$/.exec(line) ?? [];
    if (word === "pass") this.passed = Number(count);
    if (word === "fail") this.failed = Math.max(this.failed, Number(count));
    if (word === "skip") this.skipped = Number(count);
    return [];
  }
}
