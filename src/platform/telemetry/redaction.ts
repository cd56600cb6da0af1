const REDACTED = '[redacted]';
const MAX_DEPTH = 8;

/** Names of members with secrets, in lower case without `-` and `_`. */
const SECRET_NAMES = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'password',
  'currentpassword',
  'newpassword',
  'passwordhash',
  'token',
  'tokenhash',
  'previoustokenhash',
  'accesstoken',
  'refreshtoken',
  'gatewaytoken',
  'fingerprint',
  'mailtoken',
  'idempotencykey',
  'authsecret',
  'secret',
  'secretkey',
  'webhooksecret',
  'webhooksecrets',
  'cardnumber',
  'pan',
  'cvc',
  'cvv',
]);

const isSecretName = (name: string): boolean => SECRET_NAMES.has(name.toLowerCase().replace(/[-_]/g, ''));

const QUERY_SECRET = /([?&][\w-]*(?:token|secret|password|code)=)[^&\s"'<>#]+/gi;
const AUTHORIZATION = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const URL_PASSWORD = /(\b[a-z][a-z\d+.-]*:\/\/[^\s:/@]*:)([^\s/]+)@/gi;
/** Placeholders of URLs in messages. */
const PLACEHOLDER = 'PASSWORD';

/** Removes tokens, authorization values and passwords in URLs from `text`. */
export function scrub(text: string): string {
  if (!/[=:]|eyJ|Bearer|Basic/i.test(text)) return text;
  return text
    .replace(QUERY_SECRET, `$1${REDACTED}`)
    .replace(AUTHORIZATION, `$1 ${REDACTED}`)
    .replace(JWT, REDACTED)
    .replace(
      URL_PASSWORD,
      (_whole, before: string, password: string) =>
        `${before}${password === PLACEHOLDER ? PLACEHOLDER : REDACTED}@`,
    );
}

/**
 * Copies `value` and removes the value of every member whose name is the name of a secret, at any depth and in any
 * spelling.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error || value instanceof Date) return value; // errors have their own serializer
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return redactMembers(value, depth);
}

/** As `redact`, for the top level of a log line. */
export function redactMembers(value: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecretName(name) && member !== null && member !== undefined ? REDACTED : redact(member, depth + 1),
    ]),
  );
}
