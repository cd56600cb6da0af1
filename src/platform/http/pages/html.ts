const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for element content and quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** Escapes text and turns `code` between backticks, as in the problem catalogue, into elements. */
export const inlineHtml = (text: string): string =>
  escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const STYLE = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5a6675;--paper:#fdfdfc;--line:#dfe3e8;--mark:#0b6e63;--chip:#e7f3f1}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaef;--soft:#9aa7b5;--paper:#14181d;--line:#2b333c;--mark:#5fd0c2;--chip:#17322f}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:3rem 1.25rem}h1{font-size:1.6rem;line-height:1.25;margin:.4rem 0 1rem}
a{color:var(--mark)}code{font:0.92em ui-monospace,monospace;background:var(--chip);padding:.1em .35em;border-radius:.3em}
.soft{color:var(--soft)}dl{margin:1.5rem 0}dt{font-weight:600;margin-top:1rem}dd{margin:.2rem 0 0}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.5rem .6rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
label{display:block;font-weight:600}input{display:block;width:100%;margin:.35rem 0 1rem;padding:.6rem .7rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--soft);border-radius:.4rem}
button{font:inherit;font-weight:600;padding:.6rem 1.1rem;border:0;border-radius:.4rem;background:var(--mark);color:var(--paper);cursor:pointer}button:disabled{opacity:.6}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}output{display:block;margin-top:1.25rem;min-height:1.6em}
footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line)}`;

/** The content security policy of these pages, which have inline styles, no script, and load nothing. */
export const PAGE_CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A self-contained page. `title` is text, `main` is HTML. */
export const htmlPage = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
${main}
</main></body>
</html>
`;
