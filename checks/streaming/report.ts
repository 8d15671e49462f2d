/** Thrown by a case that cannot run here; the message gives the reason. */
export class Skip extends Error {}

/** Prints one line for each case when it ends, and one at the end. */
export class Report {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  /** Runs a case. It resolves to its measurements. */
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
