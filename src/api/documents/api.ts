import { codeOf, entryOf } from "../../oci/errors.ts";
import { contentOf } from "../content.ts";
import type { Codec } from "../codec.ts";
import type { Parameter, Row } from "../describe.ts";
import { failuresOf } from "../failures.ts";
import { commonHeaders, replyHeaders } from "../headers.ts";
import { rows } from "../table.ts";
import { forms } from "./forms.ts";
import { code, generatedFrom, markdownTable } from "./markdown.ts";

/** The API reference: every row of the table, in the table's order. */
export function apiDocument(): string {
  return [
    generatedFrom("the table in src/api/rows"),
    "# API reference",
    `Each entry is one use of the API. \`<name>\` may hold slashes; a trailing slash of a path means nothing. Unless its entry names another value, every reply carries ${commonText()}; every error has the body that [errors.md](errors.md) describes. \`OPTIONS\` is answered only to a browser that asks for a web page of an origin in \`cors-origins\`.`,
    "## All of it",
    markdownTable(
      ["Method", "Path", "Use", "Clause"],
      rows.map((row) => [row.method, code(pathText(row)), `[${row.id}](#${row.id})`, row.source.join(", ")]),
    ),
    ...rows.map(rowSection),
    "## Headers of the replies",
    markdownTable(
      ["Header", "Meaning", "Regular expression"],
      Object.entries(replyHeaders).map(([name, { doc, pattern }]) => [code(name), doc, code(pattern)]),
    ),
    "## Forms of the parameters",
    markdownTable(
      ["Form", "Text", "Regular expression", "Refused with"],
      forms(rows).map((codec) => [codec.name, codec.doc, code(codec.pattern), failureText(codec.failure)]),
    ),
    "",
  ].join("\n\n");
}

/** The headers of every reply, as text. */
function commonText(): string {
  return Object.entries(commonHeaders)
    .map(([name, value]) => code(`${name}: ${value}`))
    .join(", ");
}

function pathText({ path, when = [] }: Row): string {
  const keys = when.map((key) => `${key}=`).join("&");
  return path.replaceAll(/\{(\w+)\}/g, "<$1>") + (keys ? `?${keys}` : "");
}

function rowSection(row: Row): string {
  const { access, body } = row;
  const facts = [
    `- Access: ${access ? `${access.action}${"also" in access ? `, and ${access.also.action} of the repository in \`${access.also.repository}\`` : ""}` : "everybody"}`,
    ...(body.kind === "none"
      ? []
      : [
          `- Body: at most ${body.maxBytes.toLocaleString("en")} bytes; ${Object.keys(body.content).map(code).join(", ")}`,
        ]),
    `- Clauses: ${row.source.join(", ")}`,
  ];
  return [
    `### ${row.id}`,
    `${code(`${row.method} ${pathText(row)}`)}. ${row.summary}`,
    facts.join("\n"),
    ...parameterTable(row),
    answerTable(row),
  ].join("\n\n");
}

function parameterTable(row: Row): string[] {
  const path = Object.entries(row.parameters).map(([name, codec]) => [code(name), "path", codec.name, codec.doc]);
  const all = [...path, ...parameterLines("query", row.query), ...parameterLines("header", row.headers)];
  return all.length > 0 ? [markdownTable(["Parameter", "Where", "Form", "Meaning"], all)] : [];
}

function parameterLines(place: string, parameters: Readonly<Record<string, Parameter>>): string[][] {
  return Object.entries(parameters).map(([name, { codec, doc, required, repeated, hint }]) => {
    const where = [
      place,
      required && "required",
      repeated !== undefined && `at most ${repeated} times`,
      hint && "ignored where it is not valid",
    ];
    return [code(name), where.filter(Boolean).join(", "), codec.name, doc];
  });
}

function answerTable(row: Row): string {
  const successes = Object.values(row.successes).map((success) => {
    const { status, doc, headers, optionalHeaders = [], body } = success;
    return [
      String(status),
      doc,
      body === "none" || row.method === "HEAD" ? "" : Object.keys(contentOf(success)).map(code).join(", "),
      [...headers.map(code), ...optionalHeaders.map((name) => `${code(name)} (if any)`)].join(", "),
    ];
  });
  const failures = failuresOf(row).map((failure) => {
    const { status, message, headers = [] } = entryOf(failure);
    return [
      String(status),
      `${code(codeOf(failure, row.dialect ?? "today"))}: ${message}`,
      "",
      headers.map(code).join(", "),
    ];
  });
  return markdownTable(["Status", "Meaning", "Body", "Headers"], [...successes, ...failures]);
}

function failureText(failure: Codec<unknown>["failure"]): string {
  if (!failure) return "never refused";
  const { status, code: wire } = entryOf(failure);
  return `${status} ${code(wire)}`;
}
