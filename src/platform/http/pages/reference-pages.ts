import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { matchesNoneOf } from '../requests/etag.js';
import { escapeHtml } from './html.js';
import type { Page } from './pages.js';
import { referenceScript } from './reference-script.js';

const SCRIPT_PATH = '/docs/reference.js';

/** Settings that prevent requests to other hosts: no fonts, telemetry, proxy, agent or search. */
const SETTINGS = {
  url: '/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  showToolbar: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  proxyUrl: '',
  defaultOpenAllTags: false,
  authentication: { preferredSecurityScheme: 'accessToken' },
  metaData: { title: 'Praxis API reference' },
};

const STARTER = `Scalar.createApiReference('#reference', ${JSON.stringify(SETTINGS)});`;
const hashOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/**
 * Styles may be inline, because Scalar adds style elements. Two scripts are allowed by their hashes: Scalar's file and
 * the inline one that starts it.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'self' ${hashOf(STARTER)}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = (title: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>body{margin:0}noscript{display:block;max-width:44rem;margin:3rem auto;font:16px/1.6 system-ui,sans-serif}</style>
</head>
<body>
<div id="reference"></div>
<noscript>The reference needs JavaScript. The document itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="${SCRIPT_PATH}"></script>
<script>${STARTER}</script>
</body>
</html>
`;

const gzipped = promisify(gzip);

/** Reads and compresses the script at the first request, so that the start of the process does not wait for it. */
function lazyScript(): () => Promise<Buffer> {
  let script: Promise<Buffer> | undefined;
  const load = async (): Promise<Buffer> => gzipped(await readFile(referenceScript()));
  return () => (script ??= load());
}

/** `/openapi.json`, and `/docs`, which renders it without requests to other hosts. */
export function referencePages(document: object): readonly Page[] {
  // All responses share one buffer, so that responses waiting to be sent take no memory of their own.
  const json = Buffer.from(JSON.stringify(document));
  const etag = `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`;
  const script = lazyScript();
  return [
    {
      path: '/openapi.json',
      operationId: 'getOpenApiDocument',
      summary: 'This document (OpenAPI 3.1)',
      contentType: 'application/json',
      handle(context) {
        context.set({ ETag: etag, 'Cache-Control': 'public, no-cache' });
        const known = context.get('if-none-match');
        if (known !== '' && matchesNoneOf(known, etag)) context.status = 304;
        else {
          context.type = 'application/json';
          context.body = json;
        }
      },
    },
    {
      path: '/docs',
      operationId: 'getReference',
      summary: 'The reference as a page',
      contentType: 'text/html',
      handle(context) {
        context.set({
          'Content-Security-Policy': CONTENT_SECURITY_POLICY,
          'Cache-Control': 'public, max-age=300',
        });
        context.type = 'text/html; charset=utf-8';
        context.body = page('Praxis API reference');
      },
    },
    {
      path: SCRIPT_PATH,
      operationId: 'getReferenceScript',
      summary: 'The script of the reference page',
      contentType: 'text/javascript',
      hidden: true,
      async handle(context) {
        context.set({
          'Content-Encoding': 'gzip',
          'Cache-Control': 'public, max-age=86400',
          Vary: 'Accept-Encoding',
        });
        context.type = 'text/javascript; charset=utf-8';
        context.body = await script();
      },
    },
  ];
}
