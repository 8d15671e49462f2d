// The result of a run as tables: each client with its version and its counts, and each operation with its result.
import type { CaseResult } from "./case-runner.ts";

export interface ClientState {
  readonly name: string;
  /** The version, or why the client did not run. */
  readonly state: string;
}

const BEGIN =
  "<!-- The tables are written by scripts/clients --report FILE; a run replaces the text between the marks. -->";
const END = "<!-- End of the tables. -->";
const EVERY_CLIENT = "every client";

/** Replaces the tables between the marks of the file, or creates the file. */
export async function writeReport(
  path: string,
  clients: readonly ClientState[],
  results: readonly CaseResult[],
): Promise<void> {
  const file = Bun.file(path);
  const text = (await file.exists()) ? await file.text() : `${BEGIN}\n${END}\n`;
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no marks between which the tables could stand`);
  const tables = `${BEGIN}\n\n${tablesOf(clients, results)}\n`;
  await Bun.write(path, text.slice(0, begin) + tables + text.slice(end));
}

export function tablesOf(clients: readonly ClientState[], results: readonly CaseResult[]): string {
  const names = clients.map(({ name }) => name);
  const byClient = Map.groupBy(results, ({ name }) => clientOf(name, names));
  const states = [...clients, { name: EVERY_CLIENT, state: "" }].map(({ name, state }) => {
    const own = byClient.get(name) ?? [];
    return row(name, state, String(countOf(own, "passed")), String(countOf(own, "failed")));
  });
  const operations = [...names, EVERY_CLIENT].flatMap((client) => {
    const byOperation = Map.groupBy(byClient.get(client) ?? [], ({ name }) => operationOf(name, client, names));
    const verdicts = [...byOperation].map(([operation, own]) => ({ operation, verdict: verdictOn(own) }));
    // The start of a client is listed only if it failed.
    const told = verdicts.filter(({ operation, verdict }) => operation !== "is ready" || verdict !== "yes");
    return told.map(({ operation, verdict }) => row(client, operation, verdict));
  });
  return [
    row("client", "version", "passed", "failed"),
    row("---", "---", "---", "---"),
    ...states,
    "",
    row("client", "operation", "works"),
    row("---", "---", "---"),
    ...operations,
    "",
  ].join("\n");
}

/** The line of counts that a run prints before its last. */
export function countsByClient(clients: readonly ClientState[], results: readonly CaseResult[]): string {
  const names = clients.map(({ name }) => name);
  const byClient = Map.groupBy(results, ({ name }) => clientOf(name, names));
  return [...names, EVERY_CLIENT].map((name) => `${name} ${countOf(byClient.get(name) ?? [], "passed")}`).join(", ");
}

/** A case belongs to the client with which its name begins. */
function clientOf(caseName: string, clients: readonly string[]): string {
  return clients.find((client) => caseName.startsWith(`${client} `)) ?? EVERY_CLIENT;
}

/** The operation, without the name of the other client. */
function operationOf(caseName: string, client: string, clients: readonly string[]): string {
  const own = caseName.startsWith(`${client} `) ? caseName.slice(client.length + 1) : caseName;
  const others = clients.filter((other) => other !== client);
  return own.replaceAll(new RegExp(`\\b(${others.join("|")})\\b`, "g"), "another client");
}

function verdictOn(results: readonly CaseResult[]): string {
  const failed = countOf(results, "failed");
  if (failed > 0) return `**no**, ${failed} of ${results.length} failed`;
  const skipped = results.find(({ outcome }) => outcome === "skipped");
  if (skipped !== undefined) return `not run: ${skipped.reason}`;
  return results.length === 1 ? "yes" : `yes, ${results.length} of ${results.length}`;
}

function countOf(results: readonly CaseResult[], outcome: CaseResult["outcome"]): number {
  return results.filter((result) => result.outcome === outcome).length;
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
