import type { Context } from 'koa';

/** An unversioned resource outside `/v1`: health, the document, the reference, the explanations of problems. */
export type Page = Readonly<{
  path: `/${string}`;
  operationId: string;
  summary: string;
  /** The content type of the 200 answer. */
  contentType: string;
  /** Asked by what watches the server: such requests do not count against those of the same client. */
  probe?: boolean;
  /** Answers 503 as problem+json where it may be unavailable. */
  unavailable?: boolean;
  /** Answers 404 as problem+json for parameters that name nothing. */
  parameters?: readonly string[];
  /** A static file behind a page; not part of the document. */
  hidden?: boolean;
  handle(context: Context): void | Promise<void>;
}>;
