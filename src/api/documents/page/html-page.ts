import { html, type Html } from "./html.ts";
import { styleElement } from "./style.ts";

/** Returns a complete HTML page with the common style sheet. */
export function pageOf(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${content}
      </body>
    </html> `.text;
}
