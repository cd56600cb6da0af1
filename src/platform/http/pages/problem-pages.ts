import type { Context } from 'koa';
import { DomainError } from '../../../kernel/errors.js';
import { escapeHtml, htmlPage, inlineHtml, PAGE_CONTENT_SECURITY_POLICY } from './html.js';
import type { Page } from './pages.js';
import type { ProblemCatalog, ProblemDefinition } from '../replies/problem-catalog.js';

function sendHtml(context: Context, html: string): void {
  context.set({
    'Content-Security-Policy': PAGE_CONTENT_SECURITY_POLICY,
    'Cache-Control': 'public, max-age=3600',
  });
  context.type = 'text/html; charset=utf-8';
  context.body = html;
}

const explain = (code: string, { status, title, explanation, remedy }: ProblemDefinition): string =>
  htmlPage(
    `${title} (${code})`,
    `<p class="soft">Problem <code>${escapeHtml(code)}</code> · status ${String(status)}</p>
<h1>${escapeHtml(title)}</h1>
<p>${inlineHtml(explanation)}</p>
<dl><dt>What to do</dt><dd>${inlineHtml(remedy)}</dd></dl>
<footer class="soft"><a href="/problems">All problems</a> · <a href="/docs">API reference</a></footer>`,
  );

const listAll = (catalog: ProblemCatalog): string => {
  const rows = Object.entries(catalog)
    .sort(([codeA, a], [codeB, b]) => a.status - b.status || (codeA < codeB ? -1 : 1))
    .map(
      ([code, { status, title }]) =>
        `<tr><td>${String(status)}</td><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${escapeHtml(title)}</td></tr>`,
    );
  return htmlPage(
    'Problems',
    `<h1>Problems</h1><p>Every error is an <code>application/problem+json</code> document (RFC 9457); its
<code>type</code> leads to one of these pages.</p>
<table><thead><tr><th>Status</th><th>Code</th><th>Meaning</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>
<footer class="soft"><a href="/docs">API reference</a></footer>`,
  );
};

/** `/problems/{code}`, the page at the `type` URL of a problem. Rendered once, at start. */
export function problemPages(catalog: ProblemCatalog): readonly Page[] {
  const overview = listAll(catalog);
  const explanations = new Map(
    Object.entries(catalog).map(([code, problem]) => [code, explain(code, problem)]),
  );
  return [
    {
      path: '/problems',
      operationId: 'listProblems',
      summary: 'Every problem this API answers with',
      contentType: 'text/html',
      handle: (context) => {
        sendHtml(context, overview);
      },
    },
    {
      path: '/problems/{code}',
      operationId: 'explainProblem',
      summary: 'What a problem means and what to do about it',
      contentType: 'text/html',
      parameters: ['code'],
      handle(context) {
        const { code = '' } = context['params'] as Record<string, string>;
        const html = explanations.get(code);
        if (html === undefined) throw new DomainError('not_found', 'not-found', 'There is no such problem.');
        sendHtml(context, html);
      },
    },
  ];
}
