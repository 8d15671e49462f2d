import { codeOf, entryOf } from "../../oci/errors.ts";
import { contentOf, requestContentOf } from "../content.ts";
import type { Codec } from "../codec.ts";
import type { Parameter, Row } from "../describe.ts";
import { failuresOf } from "../failures.ts";
import { commonHeaders, replyHeaders } from "../headers.ts";
import { rows as table } from "../table.ts";
import { forms } from "./forms.ts";
import { code, generatedFrom, markdownTable } from "./markdown.ts";

/** Returns the API reference: every row of a table, in the order of the table. It has its derived HEAD rows. */
export function apiDocument(rows: readonly Row[] = table): string {
  return [
    generatedFrom("the table in src/api/rows"),
    "# API reference",
    "This page lists all operations of the HTTP API of Lading.",
    ...introduction(),
    "## Overview",
    markdownTable(
      ["Method", "Path", "Operation", "Clause"],
      rows.map((row) => [row.method, code(pathText(row)), `[${row.id}](#${row.id})`, row.source.join(", ")]),
    ),
    ...rows.filter(({ headOf }) => headOf === undefined).map((row) => rowSection(row, rows)),
    "## Reply headers",
    markdownTable(
      ["Header", "Meaning", "Regular expression"],
      Object.entries(replyHeaders).map(([name, { doc, pattern }]) => [code(name), doc, code(pattern)]),
    ),
    "## Formats of the parameters",
    markdownTable(
      ["Format", "Valid values", "Regular expression", "Error for other values"],
      forms(rows).map((codec) => [codec.name, codec.doc, code(codec.pattern), failureText(codec.failure)]),
    ),
    "",
  ].join("\n\n");
}

function introduction(): string[] {
  const common = Object.entries(commonHeaders).map(([name, value]) => `- ${code(`${name}: ${value}`)}`);
  return [
    [
      "- `<name>` is the name of a repository and may contain slashes. A slash at the end of a path is ignored.",
      "- *Access* is the action that the client needs permission for. Lading has no accounts yet and allows every action, so it does not send 401, and sends 403 only to browsers.",
      "- *Clauses* are the sources of an operation: `end-N` is an endpoint of the OCI Distribution Specification, `_oci` an extension of it, `DV2` the Docker Registry HTTP API V2, `2014` its first version, and `lading` an operation of Lading itself. [coverage.md](coverage.md) has all clauses and their tests.",
      "- Every error has a JSON body. [errors.md](errors.md) describes it, and says what to do about each error.",
      "- Lading answers `OPTIONS` only to a browser, for a web page of an origin in the setting `cors-origins`.",
    ].join("\n"),
    "Every reply has these headers, unless its entry names another value:",
    common.join("\n"),
  ];
}

function pathText({ path, when = [] }: Row): string {
  const keys = when.map((key) => `${key}=`).join("&");
  return path.replaceAll(/\{(\w+)\}/g, "<$1>") + (keys ? `?${keys}` : "");
}

function rowSection(row: Row, rows: readonly Row[]): string {
  const { access, body } = row;
  const facts = [
    `- Access: ${accessText(access)}`,
    ...(body.kind === "none"
      ? []
      : [
          `- Body: at most ${body.maxBytes.toLocaleString("en")} bytes; ${Object.keys(requestContentOf(body)).map(code).join(", ")}`,
        ]),
    `- Clauses: ${row.source.join(", ")}`,
  ];
  return [
    `### ${row.id}`,
    code(`${row.method} ${pathText(row)}`),
    row.summary,
    ...headNote(row, rows),
    facts.join("\n"),
    ...parameterTable(row),
    answerTable(row),
  ].join("\n\n");
}

function accessText(access: Row["access"]): string {
  if (!access) return "none required";
  const from =
    "from" in access ? `, and ${access.from.action} of the repository in ${code(access.from.repository)}` : "";
  return `${access.action}${from}`;
}

/** Returns a sentence about the HEAD that is derived from this row. Its section would repeat this one. */
function headNote(row: Row, rows: readonly Row[]): string[] {
  const head = rows.find(({ headOf }) => headOf === row.id);
  if (!head) return [];
  return [`<a id="${head.id}"></a>\`HEAD\` (${head.id}) returns the same status and headers, without a body.`];
}

function parameterTable(row: Row): string[] {
  const path = Object.entries(row.parameters).map(([name, codec]) => [code(name), "path", codec.name, codec.doc]);
  const all = [...path, ...parameterLines("query", row.query), ...parameterLines("header", row.headers)];
  return all.length > 0 ? [markdownTable(["Parameter", "Where", "Format", "Meaning"], all)] : [];
}

function parameterLines(place: string, parameters: Readonly<Record<string, Parameter>>): string[][] {
  return Object.entries(parameters).map(([name, { codec, doc, required, repeated, hint }]) => {
    const where = [
      place,
      required && "required",
      repeated !== undefined && `at most ${repeated} times`,
      hint && "ignored if invalid",
    ];
    return [code(name), where.filter(Boolean).join(", "), codec.name, doc];
  });
}

function answerTable(row: Row): string {
  const successes = Object.values(row.successes).map((success) => {
    const { status, doc, headers, optionalHeaders = [] } = success;
    return [
      String(status),
      doc,
      row.method === "HEAD" ? "" : Object.keys(contentOf(success)).map(code).join(", "),
      [...headers.map(code), ...optionalHeaders.map((name) => `${code(name)} (optional)`)].join(", "),
    ];
  });
  const byStatus = failuresOf(row).toSorted((a, b) => entryOf(a).status - entryOf(b).status);
  const failures = byStatus.map((failure) => {
    const { status, message, headers = [] } = entryOf(failure);
    return [
      String(status),
      `[${code(codeOf(failure, row.dialect ?? "today"))}](errors.md#${failure.toLowerCase()}): ${message}`,
      "",
      headers.map(code).join(", "),
    ];
  });
  return markdownTable(["Status", "Meaning", "Body", "Headers"], [...successes, ...failures]);
}

function failureText(failure: Codec<unknown>["failure"]): string {
  if (!failure) return "none";
  const { status, code: wire } = entryOf(failure);
  return `${status} ${code(wire)}`;
}
