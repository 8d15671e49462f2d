/** Thrown by a case that cannot be run here; the message says why. */
export class Skip extends Error {}

/** One line for each case, as each ends, and one at the end. */
export class Report {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  /** A case resolves to what it measured. */
  async test(name: string, body: () => Promise<string>): Promise<void> {
    try {
      const measured = await body();
      this.#passed += 1;
      print(`ok   ${name}: ${measured}`);
    } catch (error) {
      const reason = (error as Error).message;
      if (error instanceof Skip) {
        this.skip(name, reason);
      } else {
        this.#failed += 1;
        print(`FAIL ${name}: ${reason}`);
      }
    }
  }

  skip(name: string, reason: string): void {
    this.#skipped += 1;
    print(`skip ${name}: ${reason}`);
  }

  /** Returns the exit status. */
  finish(): number {
    print(`${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
