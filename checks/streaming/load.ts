import { join } from "node:path";
import type { Job, Pulled, PullJob, Pushed } from "./loader.ts";

/** Runs the job in another process. */
export function load(job: PullJob): Promise<Pulled>;
export function load(job: Exclude<Job, PullJob>): Promise<Pushed>;
export async function load(job: Job): Promise<Pushed | Pulled> {
  const program = join(import.meta.dir, "loader.ts");
  const child = Bun.spawn([process.execPath, program, JSON.stringify(job)], { stdin: "ignore", stderr: "pipe" });
  const endIt = () => child.kill("SIGKILL");
  process.on("exit", endIt);
  const [result, complaint, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  process.off("exit", endIt);
  if (status !== 0) throw new Error(`${job.kind} failed: ${complaint.trim().split("\n").slice(-6).join("\n")}`);
  return JSON.parse(result) as Pushed | Pulled;
}
