/** What went wrong, in terms every context shares. One table in the HTTP layer maps each kind to a status. */
export type ErrorKind =
  | 'malformed' // the request cannot be read at all
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found' // unknown, or somebody else's: the two are never told apart
  | 'gone' // was there once: a used or expired token
  | 'conflict' // clashes with the present state
  | 'stale' // written against an older version
  | 'precondition_missing'
  | 'invalid' // understood, but a rule about the values forbids it
  | 'payment_refused'
  | 'rate_limited'
  | 'busy'; // locks or the database are not to be had right now

/** Extension members that travel with the error into its problem document. Never secrets, never clinical text. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An expected failure: thrown by the domain, the use cases and the adapters, answered as problem+json.
 * `code` is stable and promised to clients; `message` is one English sentence for people.
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

/** A request that was understood but whose values break a rule: 422 `validation` with one entry a fault. */
export const invalidField = (pointer: string, detail: string): DomainError =>
  new DomainError('invalid', 'validation', detail, { errors: [{ pointer, detail }] });

/** Unknown, or somebody else's. `what` names the kind of thing, never the id. */
export const notFound = (what: string): DomainError =>
  new DomainError('not_found', 'not-found', `There is no such ${what}.`);

/** The object has changed since the version the caller names (RFC 9110 §13.1.1). */
export const versionMismatch = (): DomainError =>
  new DomainError('stale', 'version-mismatch', 'The object has changed since you read it; read it again.');
