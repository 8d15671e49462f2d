/**
 * Reads the registry's log: each line must be one JSON object, without terminal control characters and without a
 * secret.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { canary, canaryInBase64 } from "./canary.ts";
import { hiddenName } from "./smuggling.ts";

export interface LogVerdict {
  readonly lines: number;
  /** The number of lines with each fault, and the text of the first one. */
  readonly complaints: ReadonlyMap<string, { readonly count: number; readonly first: string }>;
}

export async function checkLog(path: string): Promise<LogVerdict> {
  const complaints = new Map<string, { count: number; first: string }>();
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path, "utf8"), crlfDelay: 0 })) {
    lines += 1;
    for (const complaint of complaintsAbout(line)) {
      const known = complaints.get(complaint);
      if (known) known.count += 1;
      else complaints.set(complaint, { count: 1, first: line });
    }
  }
  return { lines, complaints };
}

/** Line ends and escape sequences, also those of C1 and those of Unicode. */
// oxlint-disable-next-line no-control-regex
const control = /[\0-\x1f\x7f-\x9f\u2028\u2029]/;

export const logProperties = [
  "a line that is not one JSON object",
  "a control character",
  "a secret",
  "a hidden request",
  "a failure inside",
  "a broken promise",
] as const;
export type LogComplaint = (typeof logProperties)[number];

export function complaintsAbout(line: string): LogComplaint[] {
  const complaints: LogComplaint[] = [];
  if (control.test(line)) complaints.push("a control character");
  if (line.includes(canary) || line.includes(canaryInBase64)) complaints.push("a secret");
  const event = parse(line);
  if (!event) return [...complaints, "a line that is not one JSON object"];
  const { "http.response.status_code": status, "url.path": path, breach } = event;
  if (typeof path === "string" && path.includes(hiddenName)) complaints.push("a hidden request");
  if (typeof status === "number" && status >= 500) complaints.push("a failure inside");
  if (breach !== undefined) complaints.push("a broken promise");
  return complaints;
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
