/**
 * The test command: types, lint, format, tests, and what the tests saw of the table's promises. Runs all of it, whatever
 * fails, and ends with a line that counts.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";

const bin = (name: string) => join("node_modules", ".bin", name);
const seen = join("build", "obligations-seen.txt");
const folders = ["src", "test", "tools"];

/** A start syncs some hundred directories: on a busy disk that takes longer than the runner's own limit allows. */
const testTimeoutMs = 60_000;

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const statics: readonly Step[] = [
  { name: "types", command: [bin("tsc"), "--project", "."] },
  { name: "lint", command: [bin("oxlint"), "--type-aware", ...folders] },
  { name: "format", command: [bin("oxfmt"), "--check", ...folders] },
];
const tests: Step = { name: "tests", command: [bin("bun"), "test", "--timeout", String(testTimeoutMs)] };
const obligations: Step = { name: "obligations", command: [bin("bun"), "tools/obligations.ts", seen] };

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

async function run({ name, command }: Step): Promise<Outcome> {
  const child = Bun.spawn([...command], {
    env: { ...process.env, LADING_SEEN: seen },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const text = `${out}${err}`;
  const counts = name === "tests" ? testCounts(text) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  // A runner that dies before it counts has failed, whatever it had counted.
  const outcome = code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  process.stdout.write(`${outcome.failed === 0 ? "ok  " : "FAIL"} ${name}\n`);
  if (outcome.failed > 0) process.stdout.write(`${withoutPasses(text)}\n`);
  else if (name === "obligations") process.stdout.write(text);
  return outcome;
}

function testCounts(text: string): Outcome {
  const count = (word: string) => Number(new RegExp(`^\\s*(\\d+) ${word}$`, "m").exec(text)?.[1] ?? 0);
  return { passed: count("pass"), failed: count("fail") };
}

function withoutPasses(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("(pass)"))
    .join("\n");
}

await rm(seen, { force: true });
const outcomes = [...(await Promise.all(statics.map(run))), await run(tests), await run(obligations)];
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
