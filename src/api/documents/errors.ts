import { catalogue, entryOf, type Failure } from "../../oci/errors.ts";
import { failuresOf } from "../failures.ts";
import { rows } from "../table.ts";
import { code, generatedFrom, markdownTable } from "./markdown.ts";

const envelope = `{"errors":[{"code":"BLOB_UNKNOWN","message":"the blob is not in this repository","detail":{"digest":"sha256:…"}}]}`;

/** Everything that can go wrong, what it means, and what to do about it. */
export function errorsDocument(): string {
  const failures = Object.keys(catalogue) as Failure[];
  return [
    generatedFrom("the catalogue in src/oci/errors.ts"),
    "# Errors",
    `An error has the body of the specification, with \`Content-Type: application/json\`; a reply to HEAD has none.`,
    `\`\`\`json\n${envelope}\n\`\`\``,
    "Uses that began in 2014 and kept their old paths ([api.md](api.md): `legacy-…`) speak the codes of that year, where there was one.",
    "`message` says what was wrong, more exactly than below where it can; `detail` holds the values it is about. Several causes may share a code, because the specification allows no other codes in a 4xx reply.",
    markdownTable(
      ["Cause", "Status", "Code", "In 2014", "What was wrong", "What to do", "Source"],
      failures.map((failure) => {
        const { status, code: wire, codeIn2014, message, advice, source } = entryOf(failure);
        return [failure, String(status), code(wire), codeIn2014 ? code(codeIn2014) : "", message, advice, source];
      }),
    ),
    "## Where they can be met",
    markdownTable(
      ["Cause", "Uses of the API"],
      failures.map((failure) => [failure, usesOf(failure)]),
    ),
    "",
  ].join("\n\n");
}

function usesOf(failure: Failure): string {
  if (failure === "INTERNAL") return "any; always a defect";
  if (failure === "ROUTE_UNKNOWN" || failure === "METHOD_UNSUPPORTED") return "any other path or method";
  const ids = rows.filter((row) => failuresOf(row).includes(failure)).map(({ id }) => id);
  return ids.map((id) => `[${id}](api.md#${id})`).join(", ") || "any, before a route is found";
}
