/** The parts of a row that each part of a use requires. */
import { requestContentOf } from "../../src/api/content.ts";
import type { Row, Success } from "../../src/api/describe.ts";
import { failuresOf } from "../../src/api/failures.ts";
import { catalogue, codeOf, entryOf, type Failure } from "../../src/oci/errors.ts";
import type { ParameterFact, RefusalFact, SuccessFact, UseFact } from "./fact.ts";

export interface Part {
  readonly name: string;
  readonly isHeldBy: (row: Row) => boolean;
  /** Clauses; if absent, those of the use. */
  readonly shown?: readonly string[];
}

export function partsOf({ path = [], query = [], headers = [], body, successes = [], refusals = [] }: UseFact): Part[] {
  return [
    ...path.map((name) => ({
      name: `path ${name}`,
      isHeldBy: (row: Row) => nameToday(name) in row.parameters,
      shown: shownByParameter[name]!,
    })),
    ...query.flatMap((fact) => parameterParts("query", fact, (row) => row.query[fact.name])),
    ...headers.flatMap((fact) => parameterParts("header", fact, (row) => headerOf(row, fact.name))),
    ...(body === undefined ? [] : [{ name: `body ${body}`, isHeldBy: (row: Row) => takes(row, body) }]),
    ...successes.flatMap(successParts),
    ...refusals.flatMap(refusalParts),
  ];
}

type Found = { readonly required?: true } | undefined;

function parameterParts(place: string, { name, required }: ParameterFact, find: (row: Row) => Found): Part[] {
  const shown = name === "Authorization" ? { shown: ["SEC-09"] } : {};
  const there = { name: `${place} ${name}`, isHeldBy: (row: Row) => find(row) !== undefined, ...shown };
  if (!required) return [there];
  return [there, { name: `${place} ${name}, required`, isHeldBy: (row) => find(row)?.required === true }];
}

/** A row with an access right accepts Authorization, and a drained body needs no length. */
function headerOf(row: Row, name: string): Found {
  if (name === "Authorization") return row.access && {};
  if (name === "Content-Length" && row.body.kind === "none") return {};
  return row.headers[name.toLowerCase()];
}

function takes({ body }: Row, type: string): boolean {
  return body.kind !== "none" && [type, "*/*"].some((one) => one in requestContentOf(body));
}

function successParts({ status, headers = [], body }: SuccessFact): Part[] {
  const some = (row: Row, test: (success: Success) => boolean) =>
    Object.values(row.successes).some((success) => success.status === status && test(success));
  return [
    { name: String(status), isHeldBy: (row) => some(row, () => true) },
    ...headers.map((header) => ({
      name: `${status}, ${header}`,
      isHeldBy: (row: Row) => some(row, (success) => carries(success, header)),
    })),
    ...(body === undefined
      ? []
      : [{ name: `${status}, ${body}`, isHeldBy: (row: Row) => some(row, (success) => gives(success, body)) }]),
  ];
}

/** The HTTP server sends the Content-Length of a reply without a body. */
function carries({ headers, optionalHeaders = [], body }: Success, header: string): boolean {
  const all: readonly string[] = [...headers, ...optionalHeaders];
  return all.includes(header) || (header === "Content-Length" && body === "none");
}

/** A manifest is served with the type of its push. */
function gives({ body, content = {} }: Success, type: string): boolean {
  return type in content || body === "manifest";
}

function refusalParts({ status, codes, headers = [] }: RefusalFact): Part[] {
  const failures = (row: Row) => failuresOf(row).filter((failure) => entryOf(failure).status === status);
  const right = status === 401 ? { shown: ["SEC-09"] } : {};
  return [
    ...(codes && status !== 401
      ? []
      : [{ name: String(status), isHeldBy: (row: Row) => failures(row).length > 0, ...right }]),
    ...(codes ?? []).map((code) => ({
      name: `${status} ${code}`,
      isHeldBy: (row: Row) => says(row, code, status),
      shown: shownByCode(code),
    })),
    ...headers.map((header) => ({
      name: `${status}, ${header}`,
      isHeldBy: (row: Row) => failures(row).some((failure) => entryOf(failure).headers?.includes(header)),
      ...right,
    })),
  ];
}

/** Whether a row has the code, in the dialect of the row. */
export function says(row: Row, code: string, status: number | undefined): boolean {
  const dialect = row.dialect ?? "today";
  const word = dialect === "2014" && code in catalogue ? codeOf(code as Failure, "2014") : code;
  return failuresOf(row).some(
    (failure) => codeOf(failure, dialect) === word && (status === undefined || entryOf(failure).status === status),
  );
}

const shownByParameter: Readonly<Record<string, readonly string[]>> = {
  name: ["NAME-01", "NAME-03"],
  tag: ["TAG-01", "TAG-02"],
  digest: ["DIG-01"],
  uuid: ["UP-28", "PATH-04"],
};

/** The clause of a code is its position in the list of the specification. */
export function shownByCode(code: string): readonly string[] {
  const known = Object.values(catalogue).find((entry) => entry.code === code);
  return known?.source.startsWith("code-") ? [known.source] : ["SPEC-ERR-01"];
}

function nameToday(name: string): string {
  return name === "uuid" ? "session" : name;
}
