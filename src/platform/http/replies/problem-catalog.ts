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
