import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sizeOf, type Blob } from "./blocks.ts";
import { load } from "./load.ts";
import type { Place } from "./place.ts";
import { Skip, type Report } from "./report.ts";

const repository = "streaming/sendfile";
const blob: Blob = { number: 3_000, blocks: 64 };
const attachedWithinMs = 10_000;

export async function sendfile(report: Report, place: Place): Promise<void> {
  await report.test("GET of a blob is sent with sendfile", async () => {
    const strace = Bun.which("strace");
    if (strace === null) throw new Skip("strace is not installed");
    return place.withRegistry("sendfile", async ({ port, pid }) => {
      const { digests } = await load({ kind: "push-stream", port, repository, blob });
      const trace = await Trace.attach(strace, pid, join(place.root, "sendfile.trace"));
      await load({ kind: "pull", port, path: `/v2/${repository}/blobs/${digests[0]}` });
      const { calls, bytes } = await trace.end();
      if (bytes !== sizeOf(blob)) throw new Error(`${calls} calls sent ${bytes} of ${sizeOf(blob)} bytes`);
      return `${calls} calls sent all ${bytes} bytes`;
    });
  });
}

class Trace {
  readonly #child: Bun.Subprocess;
  readonly #file: string;

  private constructor(child: Bun.Subprocess, file: string) {
    this.#child = child;
    this.#file = file;
  }

  static async attach(strace: string, pid: number, file: string): Promise<Trace> {
    const said = `${file}.messages`;
    const command = [strace, "-f", "-e", "trace=sendfile", "-o", file, "-p", String(pid)];
    const child = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: Bun.file(said) });
    const messages = () => (existsSync(said) ? readFileSync(said, "utf8") : "");
    const deadline = performance.now() + attachedWithinMs;
    while (!/attached/.test(messages())) {
      if (child.exitCode !== null || performance.now() > deadline) {
        child.kill("SIGKILL");
        throw new Skip(`strace may not attach here: ${messages().trim().split("\n")[0]}`);
      }
      await Bun.sleep(20);
    }
    return new Trace(child, file);
  }

  /**
   * The counts in the trace. A call that another thread interrupted ends in a separate line, and is counted there.
   */
  async end(): Promise<{ calls: number; bytes: number }> {
    this.#child.kill("SIGINT");
    await this.#child.exited;
    const text = readFileSync(this.#file, "utf8");
    const results = [...text.matchAll(/sendfile.*= (\d+)$/gm)].map((match) => Number(match[1]));
    return { calls: results.length, bytes: results.reduce((sum, sent) => sum + sent, 0) };
  }
}
