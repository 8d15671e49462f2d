import { codeOf, entryOf, type Failure } from "../../../oci/errors.ts";
import { contentOf, requestContentOf } from "../../content.ts";
import type { Parameter, Row, Success } from "../../describe.ts";
import { failuresOf } from "../../failures.ts";
import { html, prose, type Html } from "./html.ts";

/** Returns the section of the page about one row. */
export function useSection(row: Row): Html {
  return html`<section id="${row.id}">
    <h3>${signature(row)}</h3>
    <p>${prose(row.summary)}</p>
    <p class="quiet">${row.id}; access: ${row.access?.action ?? "none required"}; clauses: ${row.source.join(", ")}</p>
    ${parametersOf(row)}${bodyOf(row)}
    <h4>Replies</h4>
    <dl>
      ${Object.values(row.successes).map((success) => successEntry(row, success))}${failuresOf(row).map((failure) => failureEntry(row, failure))}
    </dl>
  </section> `;
}

/** Returns the method and the path, with the query keys that select this row. */
export function signature({ method, path, when = [] }: Row): Html {
  const keys = when.map((key) => `${key}=…`).join("&");
  return html`<span class="method">${method}</span> <code>${path}${keys && `?${keys}`}</code>`;
}

function parametersOf(row: Row): Html {
  const inPath = Object.entries(row.parameters).map(([name, codec]) =>
    parameterEntry(name, "path", codec.name, codec.doc),
  );
  const all = [...inPath, ...named(row.query, "query"), ...named(row.headers, "header")];
  return all.length === 0
    ? html``
    : html`<h4>Parameters</h4>
        <dl>${all}</dl>`;
}

function named(parameters: Readonly<Record<string, Parameter>>, place: string): Html[] {
  return Object.entries(parameters).map(([name, { codec, doc, required, repeated }]) => {
    const where = [place, required && "required", repeated !== undefined && `at most ${repeated} times`];
    return parameterEntry(name, where.filter(Boolean).join(", "), codec.name, doc);
  });
}

function parameterEntry(name: string, where: string, form: string, doc: string): Html {
  const link = html`<a href="#form-${form.replaceAll(" ", "-")}">${form}</a>`;
  return html`<dt><code>${name}</code> <span class="quiet">${where}</span></dt>
    <dd>${prose(doc)} <span class="quiet">${link}</span></dd>`;
}

function bodyOf({ body }: Row): Html {
  if (body.kind === "none") return html``;
  const types = Object.keys(requestContentOf(body)).map((type) => html`<code>${type}</code> `);
  return html`<h4>Body</h4>
    <p>At most ${body.maxBytes.toLocaleString("en")} bytes. ${types}</p>`;
}

function successEntry({ method }: Row, success: Success): Html {
  const { status, doc, headers, optionalHeaders = [] } = success;
  const carried = [...headers, ...optionalHeaders.map((name) => `${name} (optional)`)];
  const types = method === "HEAD" ? [] : Object.keys(contentOf(success));
  return html`<dt>${status}</dt>
    <dd>${prose(doc)} ${list("Body", types)}${list("Headers", carried)}</dd>`;
}

function failureEntry({ dialect = "today" }: Row, failure: Failure): Html {
  const { status, message, headers = [] } = entryOf(failure);
  return html`<dt>${status}</dt>
    <dd>
      <a href="#${failure}"><code>${codeOf(failure, dialect)}</code></a> ${prose(message)} ${list("Headers", headers)}
    </dd>`;
}

function list(title: string, names: readonly string[]): Html {
  return names.length === 0 ? html`` : html`<div class="quiet">${title}: ${names.join(", ")}</div>`;
}
