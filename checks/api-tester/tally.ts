/** Counts cases, and prints each when it ends. */
export class Tally {
  #passed = 0;
  #failed = 0;

  /** Ends a case. It has passed if there are no complaints. */
  close(name: string, complaints: readonly string[]): void {
    if (complaints.length === 0) this.#passed += 1;
    else this.#failed += 1;
    print(`${complaints.length === 0 ? "ok  " : "FAIL"} ${name}`);
    for (const complaint of complaints) print(`     ${complaint.replaceAll("\n", "\n     ")}`);
  }

  /** Prints the last line; returns the exit status. */
  finish(): number {
    print(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
