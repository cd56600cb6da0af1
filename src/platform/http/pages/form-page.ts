import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { escapeHtml, htmlPage } from './html.js';
import type { Page } from './pages.js';

/** The page behind a link in a mail. It asks for one secret and sends it to a route together with the link's token. */
export type FormPage = Readonly<{
  path: `/${string}`;
  operationId: string;
  title: string;
  intro: string;
  /** The label of the field, its name in the route's body, and its `autocomplete` value. */
  field: Readonly<{ label: string; name: string; autocomplete: 'current-password' | 'new-password' }>;
  submit: string;
  /** A POST route that takes `token` and the field. */
  action: `/v1/${string}`;
  success: string;
}>;

/**
 * The script removes the token from the address bar first, so that neither history nor a screenshot contains it. Then it
 * inserts the form: a browser without JavaScript shows no field, because it could not send the password as JSON.
 */
const SCRIPT = `
const note = document.querySelector('output');
const form = document.querySelector('template').content.querySelector('form');
const token = new URLSearchParams(location.search).get('token') ?? '';
history.replaceState(null, '', location.pathname);
if (token === '') note.textContent = 'This link is incomplete: open it from the mail once more.';
else { note.before(form); form.elements.namedItem('secret').focus(); }
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  note.textContent = '';
  try {
    const secret = form.elements.namedItem('secret');
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token, [form.dataset.field]: secret.value }),
    });
    if (response.ok) { form.hidden = true; note.textContent = form.dataset.success; return; }
    const problem = await response.json();
    note.textContent = problem.errors?.[0]?.detail ?? problem.detail;
  } catch { note.textContent = 'The server cannot be reached. Try again.'; }
  button.disabled = false;
});`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const render = ({ title, intro, field, submit, action, success }: FormPage): string =>
  htmlPage(
    title,
    `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(intro)}</p>
<template>
<form method="post" action="${action}" data-field="${escapeHtml(field.name)}" data-success="${escapeHtml(success)}">
<label>${escapeHtml(field.label)}<input name="secret" type="password" required maxlength="256" autocomplete="${field.autocomplete}"></label>
<button>${escapeHtml(submit)}</button>
</form>
</template>
<output role="status" aria-live="polite"></output>
<noscript><p>This page needs JavaScript. Without it, a program can send <code>{"token": "…", "${escapeHtml(field.name)}": "…"}</code> as JSON to <code>POST ${escapeHtml(action)}</code>; the token is in the link.</p></noscript>
<script>${SCRIPT}</script>`,
  );

/** Renders the page once, because it is the same for every token. */
export function formPage(options: FormPage): Page {
  const html = render(options);
  return {
    path: options.path,
    operationId: options.operationId,
    summary: options.title,
    contentType: 'text/html',
    handle(context: Context) {
      context.set({ 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'Cache-Control': 'no-store' });
      context.type = 'text/html; charset=utf-8';
      context.body = html;
    },
  };
}
