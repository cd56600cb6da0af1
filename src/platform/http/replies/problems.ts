import { DomainError, type ErrorDetails, type ErrorKind, type FieldFault } from '../../../kernel/errors.js';
import { ConfigurationError } from '../../config/configuration-error.js';
import { isRetryable, isStorageFull, isUnavailable } from '../../database/errors.js';

/** The status of each kind (RFC 9110 §15). A new kind does not compile without an entry. */
const STATUS_OF: Readonly<Record<ErrorKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  payment_refused: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  stale: 412,
  invalid: 422,
  precondition_missing: 428,
  rate_limited: 429,
  busy: 503,
};

/** The text of `/problems/{code}`. `remedy` says what the client can do. */
export type ProblemDefinition = Readonly<{
  status: number;
  title: string;
  explanation: string;
  remedy: string;
}>;
export type ProblemCatalog = Readonly<Record<string, ProblemDefinition>>;

const define = (status: number, title: string, explanation: string, remedy: string): ProblemDefinition => ({
  status,
  title,
  explanation,
  remedy,
});

/** The codes of every route. */
export const COMMON_PROBLEMS = {
  'malformed-request': define(
    400,
    'The request cannot be read',
    'A parameter, a header or the encoding of the request breaks the rules of the protocol or of this route.',
    'Compare the request with the reference; `errors` names the parameters at fault.',
  ),
  'malformed-json': define(
    400,
    'The body is not valid JSON',
    'The body is not JSON (RFC 8259), is not UTF-8, nests deeper than 32 levels, or holds an object of more than 100 fields.',
    'Send one UTF-8 encoded JSON value.',
  ),
  'invalid-cursor': define(
    400,
    'The cursor is not one of ours',
    'A cursor is opaque: it works only as it was handed out, on the same list with the same filters and order.',
    'Start again without `cursor`.',
  ),
  'idempotency-key-required': define(
    400,
    'This request needs an Idempotency-Key',
    'What this route does must not happen twice, so each attempt names itself by an `Idempotency-Key` header.',
    'Send a fresh UUID as the key, and the same one again on every retry of the same request.',
  ),
  unauthenticated: define(
    401,
    'You are not signed in',
    'The access token is missing, expired, forged, or its session has ended.',
    'Refresh the session, or sign in again.',
  ),
  'invalid-credentials': define(
    401,
    'The address or the password is wrong',
    'The answer is the same whether the address is unknown, the password wrong or the account disabled.',
    'Check both, or reset the password.',
  ),
  forbidden: define(
    403,
    'You may not do this',
    'You are signed in, but your role does not allow this kind of request.',
    'Ask somebody whose role allows it.',
  ),
  'not-found': define(
    404,
    'There is no such thing',
    'It does not exist, or it is not yours: the two are never told apart.',
    'Check the address and the id.',
  ),
  'method-not-allowed': define(
    405,
    'This path does not know that method',
    'The path exists, the method does not; `Allow` lists those that do.',
    'Use one of the methods in `Allow`.',
  ),
  'request-in-flight': define(
    409,
    'The same request is still being worked on',
    'An earlier request with this Idempotency-Key has not finished yet.',
    'Wait for `Retry-After` seconds and send the very same request again.',
  ),
  'version-mismatch': define(
    412,
    'The object has changed',
    'The version named in `If-Match` is no longer the present one.',
    'Read the object again, apply the change to what it is now, and send the new ETag.',
  ),
  'body-too-large': define(
    413,
    'The body is too large',
    'Bodies hold at most 256 KiB, compressed or not; statements of a bank, 20 MB.',
    'Send less, or in several requests.',
  ),
  'unsupported-media-type': define(
    415,
    'The body has a type this route does not read',
    'JSON routes read `application/json`; encodings other than gzip, deflate and br are not understood.',
    'Set `Content-Type: application/json`.',
  ),
  validation: define(
    422,
    'Some values are not valid',
    'The request was understood, but the fields listed in `errors` break a rule; nothing was changed.',
    'Correct the fields; each `pointer` is a JSON Pointer (RFC 6901) into the body.',
  ),
  'pan-forbidden': define(
    422,
    'Card numbers are not taken here',
    'The body holds what looks like a card number or a security code. It was thrown away unread: not stored, not logged.',
    'Send the token that the payment gateway gave you for the card.',
  ),
  'idempotency-key-reused': define(
    422,
    'This Idempotency-Key belongs to another request',
    'The key was used before with a different path, query or body.',
    'Use a fresh key for a new request.',
  ),
  'precondition-required': define(
    428,
    'This request needs If-Match',
    'Changes name the version they were made from, so that nobody overwrites what they have not seen (RFC 6585).',
    'Send the ETag of the object as `If-Match`, or `*` to accept whatever is there.',
  ),
  'rate-limited': define(
    429,
    'Too many requests',
    'A limit was reached; `RateLimit` and `RateLimit-Policy` describe it.',
    'Wait for `Retry-After` seconds.',
  ),
  internal: define(
    500,
    'Something went wrong on our side',
    'The fault was logged under the `requestId`. Nothing was changed unless a later read says so.',
    'Try again later; tell the operator the `requestId`.',
  ),
  unavailable: define(
    503,
    'The service is away or too busy right now',
    'The database is away, has no storage left, or cannot take more work at this moment.',
    'Try again after `Retry-After` seconds; with an Idempotency-Key the retry cannot act twice.',
  ),
} as const satisfies ProblemCatalog;

/** An error of the protocol rather than of the domain; its status follows from its code. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  constructor(
    readonly code: keyof typeof COMMON_PROBLEMS,
    message: string,
    readonly details: ErrorDetails = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A parameter or header that cannot be read: 400 `malformed-request`; `pointer` names it, as in `/query/limit`. */
export const malformedRequest = (errors: readonly FieldFault[]): ProtocolError =>
  new ProtocolError('malformed-request', 'The request has parameters that cannot be read.', { errors });

/** An `application/problem+json` document (RFC 9457) with the members that every problem of this API carries. */
export type ProblemDocument = Readonly<
  {
    type: string;
    title: string;
    status: number;
    detail: string;
    instance: string;
    code: string;
    requestId: string;
  } & Record<string, unknown>
>;

export type Problem = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  document: ProblemDocument;
}>;

type Failure = Readonly<{
  status: number;
  code: string;
  message: string;
  details: ErrorDetails;
  headers?: Readonly<Record<string, string>>;
}>;

const DATABASE_AWAY: Failure = {
  status: 503,
  code: 'unavailable',
  message: 'The database cannot be reached at the moment.',
  details: { retryAfterSeconds: 1 },
};

const STORAGE_FULL: Failure = {
  status: 503,
  code: 'unavailable',
  message: 'The server has no storage left; nothing can be saved at the moment.',
  details: { retryAfterSeconds: 10, reason: 'storage-full' },
};

/** A database connection whose session settings cannot be set. */
const DATABASE_MISCONFIGURED: Failure = {
  status: 503,
  code: 'unavailable',
  message: 'The database cannot be used as it is set up at the moment.',
  details: { retryAfterSeconds: 10 },
};

const INTERNAL: Failure = {
  status: 500,
  code: 'internal',
  message: 'The request could not be carried out.',
  details: {},
};

const isMisconfigured = (error: unknown): boolean => error instanceof ConfigurationError;

/** The meaning of the error for a client; undefined for a programming error. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof DomainError)
    return {
      code: error.code,
      status: STATUS_OF[error.kind],
      message: error.message,
      details: error.details,
    };
  if (error instanceof ProtocolError)
    return {
      code: error.code,
      status: COMMON_PROBLEMS[error.code].status,
      message: error.message,
      details: error.details,
      headers: error.headers,
    };
  if (isMisconfigured(error)) return DATABASE_MISCONFIGURED;
  if (isStorageFull(error)) return STORAGE_FULL;
  return isUnavailable(error) || isRetryable(error) ? DATABASE_AWAY : undefined;
}

function headersOf({ status, details, headers }: Failure): Record<string, string> {
  const { retryAfterSeconds } = { retryAfterSeconds: undefined, ...details };
  const waits = status === 429 || status === 503;
  return {
    ...headers,
    ...(typeof retryAfterSeconds === 'number' && {
      'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))),
    }),
    ...(typeof retryAfterSeconds !== 'number' && waits && { 'Retry-After': '1' }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="praxis"' }),
  };
}

/**
 * Turns an error into a problem. `declared` limits the codes of the route: an undeclared code is a programming error and
 * becomes, like any unexpected error, a 500 without internal details.
 */
export function toProblem(
  error: unknown,
  context: Readonly<{
    catalog: ProblemCatalog;
    instance: string;
    requestId: string;
    declared: ReadonlySet<string> | null;
  }>,
): Problem & Readonly<{ unexpected: boolean }> {
  const found = failureOf(error);
  const promised =
    found !== undefined &&
    context.catalog[found.code]?.status === found.status &&
    (context.declared === null || context.declared.has(found.code));
  const failure = promised ? found : INTERNAL;
  const { retryAfterSeconds: _, ...members } = { retryAfterSeconds: undefined, ...failure.details };
  return {
    unexpected: !promised || isMisconfigured(error),
    status: failure.status,
    headers: headersOf(failure),
    document: {
      ...members,
      type: `/problems/${failure.code}`,
      title: context.catalog[failure.code]?.title ?? COMMON_PROBLEMS.internal.title,
      status: failure.status,
      detail: failure.message,
      instance: context.instance,
      code: failure.code,
      requestId: context.requestId,
    },
  };
}
