/**
 * Compares the replies that the tests have seen at the reply boundary with the obligations of the API table. The
 * argument, or the variable LADING_SEEN, names the file of the recorder, which has one obligation a line.
 *
 * The check fails if the tests have not seen an obligation that `test/obligations-missed.txt` does not allow to be
 * missed, if that file has an entry that was seen or is not an obligation, or if the tests have seen a reply that is
 * not an obligation.
 */
import { promises as fs } from "node:fs";
import { obligations } from "../src/api/obligations.ts";

const allowance = "test/obligations-missed.txt";

const file = process.argv[2] ?? process.env["LADING_SEEN"];
if (file === undefined) {
  process.stderr.write("obligations: pass the file of the recorder as an argument, or set LADING_SEEN\n");
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

/** Returns the lines of a file without comments and empty lines. A missing file has no lines. */
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
