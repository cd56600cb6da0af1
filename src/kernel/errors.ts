/** The category of a failure, shared by all contexts. One table in the HTTP layer maps each kind to a status. */
export type ErrorKind =
  | 'malformed' // the request cannot be read at all
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found' // unknown, or owned by another user: the response is the same
  | 'gone' // existed before: a used or expired token
  | 'conflict' // contradicts the current state
  | 'stale' // written against an older version
  | 'precondition_missing'
  | 'invalid' // understood, but a rule about the values forbids it
  | 'payment_refused'
  | 'rate_limited'
  | 'busy'; // a lock or the database is not available right now

/** Extension members of the problem document. Never secrets, never clinical text. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An expected failure. The domain, the use cases and the adapters throw it; the HTTP layer answers it as problem+json.
 * `code` is stable and part of the API; `message` is one English sentence for people.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }
}

/** One fault of one field. `pointer` is a JSON Pointer (RFC 6901) into the request body. */
export type FieldFault = Readonly<{ pointer: string; detail: string }>;

/** A well-formed request whose values break a rule: 422 `validation` with one entry for each fault. */
export const invalidField = (pointer: string, detail: string): DomainError =>
  new DomainError('invalid', 'validation', detail, { errors: [{ pointer, detail }] });

/** Unknown, or owned by another user. `what` names the kind of object, never its id. */
export const notFound = (what: string): DomainError =>
  new DomainError('not_found', 'not-found', `There is no such ${what}.`);

/** The object has changed since the version that the caller named (RFC 9110 §13.1.1). */
export const versionMismatch = (): DomainError =>
  new DomainError('stale', 'version-mismatch', 'The object has changed since you read it; read it again.');
