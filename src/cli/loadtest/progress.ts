import type { Measurement } from "../../loadtest/measurement.ts";
import type { Watcher } from "../../loadtest/run.ts";

/**
 * The intervals of progress lines in milliseconds. A terminal shows one line that changes. A file gets separate lines
 * less often.
 */
const terminalMs = 250;
const fileMs = 5_000;

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** `Progress` prints the progress of the loads on standard error. */
export class Progress implements Watcher {
  readonly #output: Output;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output = process.stderr) {
    this.#output = output;
  }

  preparing(work: string): void {
    this.end();
    this.#say(`${work}: pushing the content ...`);
  }

  running(work: string, measurement: Measurement): void {
    const start = performance.now();
    const tell = () => {
      const seconds = Math.floor((performance.now() - start) / 1000);
      this.#say(`${work}: ${seconds} s, ${measurement.latency.count} done, ${measurement.failed} failed`);
    };
    tell();
    this.#timer = setInterval(tell, this.#output.isTTY ? terminalMs : fileMs);
  }

  /** Stops the timer and clears the line for later output. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#output.isTTY) this.#output.write("\r\u001b[K");
  }

  #say(text: string): void {
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${text}` : `lading: ${text}\n`);
  }
}
