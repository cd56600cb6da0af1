import { DomainError, type ErrorDetails, type ErrorKind } from '../../../kernel/errors.js';
import { ConfigurationError } from '../../config/configuration-error.js';
import { isRetryable, isStorageFull, isUnavailable } from '../../database/errors.js';
import { COMMON_PROBLEMS, type ProblemCatalog } from './problem-catalog.js';
import { ProtocolError } from './protocol-error.js';

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
