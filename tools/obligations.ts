/**
 * Compares what the tests saw at the reply boundary with what the table promises. Takes the file that the recorder wrote,
 * one obligation a line, as an argument or from LADING_SEEN. Fails where a promise was not seen that
 * `test/obligations-missed.txt` does not allow to be missed, where that file allows what was seen or is no promise, and
 * where something was seen that nobody promised.
 */
import { promises as fs } from "node:fs";
import { obligations } from "../src/api/obligations.ts";

const allowance = "test/obligations-missed.txt";

const file = process.argv[2] ?? process.env["LADING_SEEN"];
if (file === undefined) {
  process.stderr.write("obligations: name the file with what was seen, or set LADING_SEEN\n");
  process.exit(2);
}

const promised = new Set(obligations());
const seen = new Set(await linesOf(file));
const allowed = new Set(await linesOf(allowance));

const missed = [...promised].filter((obligation) => !seen.has(obligation)).toSorted();
const faults = {
  "never seen by a test": missed.filter((obligation) => !allowed.has(obligation)),
  [`to be taken out of ${allowance}: seen`]: [...allowed].filter((obligation) => seen.has(obligation)),
  [`to be taken out of ${allowance}: not promised`]: [...allowed].filter((obligation) => !promised.has(obligation)),
  "seen, but promised by no row": [...seen].filter((obligation) => !promised.has(obligation)).toSorted(),
};

const lines = [`${promised.size - missed.length} of ${promised.size} obligations met`];
for (const obligation of missed) if (allowed.has(obligation)) lines.push(`  missed, and allowed to be: ${obligation}`);
for (const [fault, found] of Object.entries(faults)) {
  for (const obligation of found) lines.push(`  ${fault}: ${obligation}`);
}
process.stdout.write(`${lines.join("\n")}\n`);
process.exit(Object.values(faults).every((found) => found.length === 0) ? 0 : 1);

/** Without comments and empty lines; none where there is no such file. */
async function linesOf(path: string): Promise<string[]> {
  const text = await fs.readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}
