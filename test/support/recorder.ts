import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import {
  failureObligation,
  methodObligation,
  parameterObligation,
  successObligation,
  type Obligation,
} from "../../src/api/obligations.ts";
import type { Row } from "../../src/api/describe.ts";
import { rows } from "../../src/api/table.ts";
import type { Observer, RequestEvent } from "../../src/http/observe/request-event.ts";

/** The file for the report of the run, with everything that the tests have seen. `tools/check.ts` sets it. */
const file = process.env["LADING_SEEN"];
const seen = new Set<Obligation>();
if (file) mkdirSync(dirname(file), { recursive: true });

/** Records the obligations that responses have met, and each response that its row does not declare (`breaches`). */
export class Recorder implements Observer {
  readonly #events: RequestEvent[] = [];
  readonly #derived: ReadonlySet<string>;
  readonly #note: (obligation: Obligation) => void;

  /** A test with a separate table has a separate place for the obligations. */
  constructor(table: readonly Row[] = rows, noted: (obligation: Obligation) => void = note) {
    this.#derived = new Set(table.filter(({ headOf }) => headOf !== undefined).map(({ id }) => id));
    this.#note = noted;
  }

  get events(): readonly RequestEvent[] {
    return this.#events;
  }

  finished(event: RequestEvent): void {
    this.#events.push(event);
    for (const obligation of met(event, this.#derived)) this.#note(obligation);
  }

  /** Responses that their rows do not declare. Each of them is a defect. */
  get breaches(): readonly string[] {
    return this.events.flatMap(({ row, breach }) => (breach === undefined ? [] : [`${row}: ${breach}`]));
  }

  /** Requests that failed with an internal error. No row declares that. */
  get defects(): readonly string[] {
    return this.events.flatMap(({ method, path, failure, error }) =>
      failure === "INTERNAL" ? [`${method} ${path}: ${error}`] : [],
    );
  }
}

function met({ row, outcome, failure, template, parameter }: RequestEvent, derived: ReadonlySet<string>): Obligation[] {
  const obligations: Obligation[] = [];
  if (row !== undefined && outcome !== undefined) obligations.push(successObligation(row, outcome));
  const promises = row !== undefined && !derived.has(row);
  if (promises && failure !== undefined && failure !== "INTERNAL") obligations.push(failureObligation(row, failure));
  if (promises && parameter !== undefined) obligations.push(parameterObligation(row, parameter));
  if (template !== undefined) obligations.push(methodObligation(template));
  return obligations;
}

function note(obligation: Obligation): void {
  if (seen.has(obligation)) return;
  seen.add(obligation);
  if (file) appendFileSync(file, `${obligation}\n`);
}
