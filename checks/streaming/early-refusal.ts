import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./place.ts";
import { Skip, type Report } from "./report.ts";

const bodyBytes = 200_000_000;
const endsWithinMs = 60_000;
const nobodysSession = "00000000-0000-4000-8000-000000000000";
const emptyDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** A client that is refused before its body is read must see the reason, and not only a broken connection. */
export async function earlyRefusal(report: Report, place: Place): Promise<void> {
  const body = join(place.root, "body");
  writeFileSync(body, "");
  truncateSync(body, bodyBytes);
  const curl = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-T", body];
  const clients: Readonly<Record<string, readonly string[]>> = {
    "node:http": ["node", join(import.meta.dir, "refused-put.mjs"), String(bodyBytes)],
    "curl, asking first": curl,
    "curl, at once": [...curl, "-H", "Expect:"],
    "curl, of unknown length": [...curl, "-H", "Expect:", "-H", "Transfer-Encoding: chunked"],
  };
  await place.withRegistry("refusal", async ({ port }) => {
    const url = `http://127.0.0.1:${port}/v2/streaming/refused/blobs/uploads/${nobodysSession}?digest=${emptyDigest}`;
    for (const [name, command] of Object.entries(clients)) {
      await report.test(`PUT of 200 MB to an unknown session, by ${name}`, () => refusedPut(command, url));
    }
  });
}

async function refusedPut([program = "", ...parameters]: readonly string[], url: string): Promise<string> {
  if (Bun.which(program) === null) throw new Skip(`${program} is not installed`);
  const started = performance.now();
  const child = Bun.spawn([program, ...parameters, url], { stdin: "ignore", stderr: "pipe", timeout: endsWithinMs });
  const [status, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (status !== "404") throw new Error(`saw ${status || "no status"} instead of 404: ${complaint.trim()}`);
  return `saw 404 after ${Math.round(performance.now() - started)} ms`;
}
