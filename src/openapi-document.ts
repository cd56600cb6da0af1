import type { OpenAPIObject } from 'openapi3-ts/oas31';
import { CATALOG, CONTEXTS, PAGES, ROUTES } from './contexts.js';
import { healthPages } from './platform/http/pages/health.js';
import { problemPages } from './platform/http/pages/problem-pages.js';
import { referencePages } from './platform/http/pages/reference-pages.js';
import { writeDocument } from './platform/openapi/document.js';
import { VERSION } from './version.js';

const DESCRIPTION = `The back office of a small practice: members and their saved cards, a shop, appointment booking, a
journal and a cash ledger behind one REST API.

**Rules that hold everywhere.** JSON in UTF-8, camelCase. Ids are UUIDs of version 7. Instants are RFC 3339, in answers
always UTC with milliseconds. Lists are \`{items, nextCursor}\` with \`limit\` and \`cursor\`. Errors are
\`application/problem+json\` (RFC 9457); [each code has a page](/problems). What can be changed carries a \`version\` and
answers with an \`ETag\`; PATCH and PUT need \`If-Match\`. Every POST takes an \`Idempotency-Key\`.

**Signing in.** \`POST /v1/sessions\` gives an access token for the \`Authorization\` header and a refresh token that works
once. After a session is ended its access tokens are refused from the next request on.`;

/** The document as it is served and committed: the same routes, the same text, whatever the configuration. */
export const buildOpenApiDocument = (): OpenAPIObject =>
  writeDocument({
    routes: ROUTES,
    pages: [
      ...healthPages({ check: () => Promise.resolve('ready'), draining: () => false }),
      ...problemPages(CATALOG),
      ...referencePages({}),
      ...PAGES,
    ],
    catalog: CATALOG,
    version: VERSION,
    description: DESCRIPTION,
    tags: [
      ...CONTEXTS.flatMap(({ tags }) => tags),
      { name: 'operations', description: 'Health, this document, and what the problems mean.' },
    ],
  });
