import { catalogue, entryOf, type Failure } from "../../oci/errors.ts";
import type { Row } from "../describe.ts";
import { failuresOf } from "../failures.ts";
import { rows } from "../table.ts";
import { code, generatedFrom, markdownTable } from "./markdown.ts";

const envelope = `{"errors":[{"code":"BLOB_UNKNOWN","message":"the blob is not in this repository","detail":{"digest":"sha256:…"}}]}`;

/** Returns the page of all errors: what each of them means, what to do about it, and which operations reply with it. */
export function errorsDocument(): string {
  const failures = Object.keys(catalogue) as Failure[];
  return [
    generatedFrom("the catalogue in src/oci/errors.ts"),
    "# Errors",
    "This page lists all errors of the HTTP API: what each of them means, and what to do about it.",
    "An error has the JSON body of the OCI Distribution Specification, with `Content-Type: application/json`. A reply to `HEAD` has no body.",
    `\`\`\`json\n${envelope}\n\`\`\``,
    [
      "- `message` says what is wrong. It may be more exact than the text on this page.",
      "- `detail` has the values that the error is about.",
      "- In a 4xx reply, `code` is one of the codes of the specification, which allows no others. 500 and 503 have codes that the specification does not have. Several errors have the same code, so this page gives each error its own name.",
      "- The operations on the paths of 2014 ([api.md](api.md): `legacy-…`) send the codes of that year, if it had one.",
    ].join("\n"),
    "## Overview",
    markdownTable(
      ["Error", "Status", "Code", "Message"],
      failures.map((failure) => {
        const { status, code: wire, message } = entryOf(failure);
        return [`[${failure}](#${failure.toLowerCase()})`, String(status), code(wire), message];
      }),
    ),
    "## Details",
    "A `HEAD` request gets the same errors as its `GET`. The lists below name it only if it has its own section in [api.md](api.md).",
    ...failures.map(section),
    "",
  ].join("\n\n");
}

function section(failure: Failure): string {
  const { status, code: wire, codeIn2014, message, advice, headers = [], source } = entryOf(failure);
  const in2014 = codeIn2014 === undefined ? "" : `, on the paths of 2014 ${code(codeIn2014)}`;
  const facts = [
    `- Reply: ${status} ${code(wire)}${in2014}`,
    ...(headers.length > 0 ? [`- Headers: ${headers.map(code).join(", ")}`] : []),
    `- What to do: ${advice}`,
    `- Source: ${source}`,
    `- Operations: ${operationsOf(failure)}`,
  ];
  return `### ${failure}\n\n${sentence(message)}\n\n${facts.join("\n")}`;
}

function sentence(message: string): string {
  return `${message[0]!.toUpperCase()}${message.slice(1)}.`;
}

/** Groups of operations that many failures share, the largest first. They make the long lists readable. */
const groups: readonly (readonly [string, (row: Row) => boolean])[] = [
  ["all", () => true],
  ["all below `/v2/`", ({ path }) => path.startsWith("/v2/")],
  ["all with the name of a repository in the path (`/v2/<name>/`)", ({ path }) => path.startsWith("/v2/{name}/")],
  ["all that have a request body", ({ body }) => body.kind !== "none"],
];

function operationsOf(failure: Failure): string {
  if (failure === "INTERNAL") return "all; the error is always a defect of Lading";
  if (failure === "ROUTE_UNKNOWN") return "every path that is not in [api.md](api.md), and [home](api.md#home)";
  if (failure === "METHOD_UNSUPPORTED") return "every path, for a method that is not in [api.md](api.md)";
  const own = rows.filter(({ headOf }) => headOf === undefined);
  const listed = own.filter((row) => failuresOf(row).includes(failure));
  const group = groups.find(([, isIn]) => own.every((row) => isIn(row) === listed.includes(row)));
  if (group) return group[0];
  return listed.map(({ id }) => `[${id}](api.md#${id})`).join(", ") || "none yet";
}
