import { verbatim, type Html } from "./html.ts";

/** The style sheet of all pages. It refers to no font, image or other file, so the browser loads nothing. */
const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fff, #16181d);
  --raised: light-dark(#f4f5f7, #20242b);
  --text: light-dark(#1c1f24, #e4e6ea);
  --quiet: light-dark(#5a6270, #9aa3b2);
  --line: light-dark(#d9dce2, #363c47);
  --accent: light-dark(#0b57d0, #8ab4f8);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); }
code { font: .9em/1.4 ui-monospace, monospace; background: var(--raised); border-radius: .25em; padding: .1em .3em; }
h1, h2, h3, h4 { line-height: 1.25; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { margin: 2.5rem 0 .5rem; }
h4 { margin: 1.25rem 0 .25rem; font-size: .85rem; text-transform: uppercase; letter-spacing: .05em; color: var(--quiet); }
p { margin: .5rem 0; }
pre { margin: .75rem 0; padding: .75rem 1rem; background: var(--raised); border-radius: .5rem; white-space: pre-wrap; }
pre code { padding: 0; }
.quiet { color: var(--quiet); font-size: .9rem; }
.method { display: inline-block; min-width: 4.2em; font: 600 .8em ui-monospace, monospace; color: var(--accent); }
dd a, li a { display: inline-block; min-height: 1.5rem; }
dl { margin: 0; }
dt { margin-top: .5rem; font-weight: 600; }
dd { margin: 0 0 0 1rem; }
nav ul { list-style: none; margin: 0; padding: 0; font-size: .9rem; }
nav li { padding: .25rem 0; }
nav a { display: inline-block; min-height: 1.5rem; text-decoration: none; }
nav a:hover, nav a:focus { text-decoration: underline; }
nav, main { padding: 0 1rem; }
nav { max-height: 45vh; overflow-y: auto; border-bottom: 1px solid var(--line); }
main { padding-bottom: 4rem; max-width: 52rem; }
.home { margin: 0 auto; padding-top: 2rem; }
@media (min-width: 64rem) {
  .reference { display: grid; grid-template-columns: 24rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; max-height: none; border-right: 1px solid var(--line); border-bottom: 0; padding-bottom: 2rem; }
  main { padding: 0 2.5rem 4rem; }
}
`;

/** The style sheet as an element. The hash in `contentSecurityPolicy` covers each character between the tags. */
export const styleElement: Html = verbatim(`<style>${style}</style>`);

/** The policy of the registry's own pages: the browser loads and runs nothing. It accepts the style sheet by its hash. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${new Bun.CryptoHasher("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
