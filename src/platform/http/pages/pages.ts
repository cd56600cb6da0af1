import type { Context } from 'koa';

/** An unversioned resource outside `/v1`: health, the OpenAPI document, the reference, the problem pages. */
export type Page = Readonly<{
  path: `/${string}`;
  operationId: string;
  summary: string;
  /** The content type of the 200 answer. */
  contentType: string;
  /** Requested by monitoring: such requests have a rate limit of their own. */
  probe?: boolean;
  /** May answer 503 as problem+json. */
  unavailable?: boolean;
  /** Path parameters; an unknown value answers 404 as problem+json. */
  parameters?: readonly string[];
  /** A static file of a page, which the OpenAPI document omits. */
  hidden?: boolean;
  handle(context: Context): void | Promise<void>;
  /** Handles POST, for a page with a form. The body is not read. */
  submit?(context: Context): void | Promise<void>;
}>;
