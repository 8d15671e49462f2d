import { environmentName, settings } from "../../../config/settings.ts";
import { catalogue } from "../../../oci/errors.ts";
import { commonHeaders, replyHeaders } from "../../headers.ts";
import type { Row } from "../../describe.ts";
import { forms } from "../forms.ts";
import { html, prose, type Html } from "./html.ts";
import { pageOf } from "./html-page.ts";
import { signature, useSection } from "./uses.ts";

/** Returns the API reference as a web page: all rows, errors and settings. */
export function referencePage(rows: readonly Row[], pathPrefix = ""): string {
  const common = Object.entries(commonHeaders).map(([name, value]) => html`<li><code>${name}: ${value}</code></li> `);
  const content = html`<div class="reference">
    <nav aria-label="Contents">
      <h1>Lading</h1>
      <ul>
        ${rows.map((row) => html`<li><a href="#${row.id}">${signature(row)}</a></li> `)}
      </ul>
      <ul>
        ${chapters.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li> `)}
      </ul>
    </nav>
    <main>
      <h2>Operations</h2>
      <p>
        The name of a repository may contain slashes. A slash at the end of a path is ignored. Programs can read the
        same reference in OpenAPI 3.1 at <a href="${pathPrefix}/openapi.json">/openapi.json</a>.
      </p>
      <p>Every reply has these headers, unless its entry names another value:</p>
      <ul>
        ${common}
      </ul>
      ${rows.map(useSection)}${chapters.map((chapter) => chapterSection(chapter, rows))}
    </main>
  </div>`;
  return pageOf("Lading: API reference", content);
}

interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly entries: (rows: readonly Row[]) => readonly Html[];
}

const chapters: readonly Chapter[] = [
  {
    id: "forms",
    title: "Formats of the parameters",
    entries: (rows) =>
      forms(rows).map(({ name, doc, pattern }) => entry(`form-${name.replaceAll(" ", "-")}`, name, doc, pattern)),
  },
  {
    id: "headers",
    title: "Reply headers",
    entries: () =>
      Object.entries(replyHeaders).map(([name, { doc, pattern }]) => entry(`header-${name}`, name, doc, pattern)),
  },
  {
    id: "errors",
    title: "Errors",
    entries: () =>
      Object.entries(catalogue).map(([failure, { status, code, message, advice }]) =>
        entry(failure, `${status} ${code}`, `${message}. ${advice}`, failure),
      ),
  },
  {
    id: "settings",
    title: "Settings",
    entries: () =>
      Object.values(settings).map(({ key, form, doc, default: value }) =>
        entry(`setting-${key}`, `--${key} <${form}>`, `${doc} ${defaultText(value)}`, environmentName(key)),
      ),
  },
];

function defaultText(value: string | null): string {
  return value === null ? "Default: none." : `Default: \`${value}\`.`;
}

function chapterSection({ id, title, entries }: Chapter, rows: readonly Row[]): Html {
  return html`<h2 id="${id}">${title}</h2>
    <dl>${entries(rows)}</dl> `;
}

function entry(id: string, name: string, doc: string, exact: string): Html {
  return html`<dt id="${id}">${name}</dt>
    <dd>${prose(doc)} <code>${exact}</code></dd> `;
}
