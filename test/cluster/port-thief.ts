// The program of a worker that listens without sharing, at the port that the workers are to share. It prints the result
// to the file of its parameter.
import { writeFileSync } from "node:fs";
import type { WorkerConfig } from "../../src/server/cluster/ipc-protocol.ts";

type Batch = readonly { readonly ask?: string; readonly parameters: readonly unknown[] }[];

process.on("message", (batch: Batch) => {
  const start = batch.find(({ ask }) => ask === "start");
  if (!start) return;
  const { hostname, port } = (start.parameters[0] as WorkerConfig).address;
  writeFileSync(process.argv[2]!, attempt(hostname, port));
  process.exit(1);
});

function attempt(hostname: string, port: number): string {
  try {
    Bun.serve({ hostname, port, reusePort: false, fetch: () => new Response() });
    return "listening";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code!;
  }
}
