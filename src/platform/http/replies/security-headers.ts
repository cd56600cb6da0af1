import cors from '@koa/cors';
import type { Context, Middleware } from 'koa';
import helmet from 'koa-helmet';
import { setPendingHeaders } from './pending-headers.js';

/** Responses of the API must not run, load or frame anything (OWASP REST Security Cheat Sheet). */
export const API_CONTENT_SECURITY_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The headers that helmet sets. They are the same for every response, so helmet runs once. */
function headersOf(protect: Middleware): readonly string[] {
  const headers: string[] = [];
  const res = {
    setHeader: (name: string, value: string) => headers.push(name, value),
    removeHeader: () => undefined,
  };
  const context = { req: {}, request: { secure: false }, res } as unknown as Context;
  void protect(context, () => Promise.resolve());
  if (headers.length === 0) throw new Error('helmet did not set its headers at once');
  return headers;
}

/** Sets the security headers of every response; pages replace the content security policy. HSTS needs an https public URL. */
export function securityHeaders({ publicUrl }: { publicUrl: string }): Middleware {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: publicUrl.startsWith('https:') && {
      maxAge: 31_536_000,
      includeSubDomains: false,
    },
    xFrameOptions: { action: 'deny' },
  });
  const headers = headersOf(protect);
  return (context, next) => {
    setPendingHeaders(context, headers);
    return next();
  };
}

const EXPOSED = [
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
];
const ALLOWED = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
];

/** Cross-origin access for the given origins only. Tokens are sent in headers, never in cookies. */
export const crossOrigin = ({ origins }: { origins: readonly string[] }): Middleware | undefined =>
  origins.length === 0
    ? undefined
    : cors({
        origin: (context) => {
          const origin = context.get('origin');
          return origins.includes(origin) ? origin : '';
        },
        allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        allowHeaders: ALLOWED,
        exposeHeaders: EXPOSED,
        maxAge: 600,
      });
