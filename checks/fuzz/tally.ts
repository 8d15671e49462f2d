/** Counts requests and responses, and prints the findings. */
import type { Message } from "./message.ts";
import { isOurs } from "./judge.ts";
import type { Finding } from "./speaker.ts";
import type { Next } from "./wire.ts";

/** The maximum number of findings that are printed in full; the rest is counted. */
const shown = 20;

export class Tally {
  requests = 0;
  readonly #outcomes = new Map<string, number>();
  #passed = 0;
  #failed = 0;
  #found = 0;

  get found(): number {
    return this.#found;
  }

  came({ leeway }: Message, next: Next): void {
    this.requests += 1;
    const outcome = outcomeOf(leeway, next);
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }

  /** Returns whether there was no finding. */
  note(origin: string, findings: readonly Finding[]): boolean {
    for (const { message, complaints } of findings) {
      this.#found += 1;
      if (this.#found > shown) continue;
      print(`FINDING ${origin}: ${complaints.join("; ")}`);
      print(`     ${JSON.stringify(Buffer.from(message.bytes).toString("latin1"))}`);
    }
    return findings.length === 0;
  }

  /** Records whether a property is true. */
  property(holds: boolean, text: string): void {
    if (holds) this.#passed += 1;
    else this.#failed += 1;
    print(`${holds ? "ok  " : "FAIL"} ${text}`);
  }

  printOutcomes(): void {
    for (const [outcome, count] of [...this.#outcomes].toSorted(([, a], [, b]) => b - a))
      print(`     ${count} ${outcome}`);
  }

  /** Prints the last line; returns the exit status. */
  finish(): number {
    print(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

function outcomeOf(leeway: Message["leeway"], next: Next): string {
  if (leeway === "cut") return "were cut by their sender";
  if (typeof next === "object") return `answered ${next.status} by ${isOurs(next) ? "the registry" : "the parser"}`;
  return { closed: "closed without a reply", silent: "waited for more", garbled: "garbled" }[next];
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
