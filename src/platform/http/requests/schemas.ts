import { z } from 'zod';
import { isTimeZone } from '../../time/zone-names.js';

/**
 * Gives `schema` the JSON Schema `document` in the OpenAPI document, for checks that JSON Schema cannot derive: lengths in
 * code points, numbers in a query string, trimmed text.
 */
const documentedAs = <Schema extends z.ZodType>(
  schema: Schema,
  document: Readonly<Record<string, unknown>>,
): Schema => schema.meta({ openapi: document });

type Bounds = Readonly<{ min?: number; max: number }>;

/** Lengths count code points, as JSON Schema and PostgreSQL's char_length do; `string.length` counts UTF-16 units. */
function lengthWithin(value: string, { min = 0, max }: Bounds): boolean {
  if (value.length < min || value.length > 2 * max) return false;
  if (value.length <= max && value.length >= 2 * min) return true;
  const length = Array.from(value).length;
  return length >= min && length <= max;
}

const describeBounds = ({ min, max }: Bounds): string =>
  min === undefined
    ? `must be at most ${String(max)} characters`
    : `must be ${String(min)} to ${String(max)} characters`;

const storable = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed();
const STORABLE = { error: 'must not hold NUL or a lone surrogate' };

/** Text without NUL, which PostgreSQL cannot store, and without lone surrogates, which UTF-8 cannot encode (RFC 3629). */
export const text = (bounds: Bounds) =>
  documentedAs(
    z
      .string()
      .refine((value) => lengthWithin(value, bounds), { error: describeBounds(bounds) })
      .refine(storable, STORABLE),
    { type: 'string', ...(bounds.min !== undefined && { minLength: bounds.min }), maxLength: bounds.max },
  );

/** Text that is trimmed before its length is checked. */
export const trimmedText = (bounds: Bounds & { min: number }) =>
  documentedAs(
    z
      .string()
      .refine(storable, STORABLE)
      .transform((value) => value.trim())
      .refine((value) => lengthWithin(value, bounds), { error: describeBounds(bounds) }),
    { type: 'string', minLength: bounds.min, maxLength: bounds.max, pattern: '\\S' },
  );

/** A secret. The domain has its rules; the schema limits only its length. */
export const secretText = (bounds: Bounds) =>
  documentedAs(
    z
      .string()
      .refine((value) => value.length <= 1024, { error: 'is too long' })
      .refine(storable, STORABLE),
    {
      type: 'string',
      format: 'password',
      ...(bounds.min !== undefined && { minLength: bounds.min }),
      maxLength: bounds.max,
    },
  );

/** An id: a UUID (RFC 9562). */
export const id = documentedAs(
  z.uuid().transform((value) => value.toLowerCase()),
  { type: 'string', format: 'uuid', description: 'UUID, made by the server' },
);

/** An id in a reply. */
export const idOut = z.uuid().meta({ description: 'UUID of version 7, made by the server' });

/** An instant in a reply: RFC 3339, UTC, milliseconds. */
export const instant = z.iso.datetime({ precision: 3 }).meta({ description: 'RFC 3339, UTC, milliseconds' });

/** The same pattern as in identity's domain; input is trimmed and lower-cased first. */
const EMAIL_PATTERN =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const EMAIL = z.string().max(254).regex(EMAIL_PATTERN, { error: 'is not an e-mail address' });

/** An email address in a reply. */
export const emailOut = documentedAs(EMAIL, { type: 'string', format: 'email', maxLength: 254 });

/** An email address: trimmed, lower-cased, at most 254 characters (RFC 5321 §4.5.3.1.3). */
export const email = documentedAs(
  z
    .string()
    .refine(storable, STORABLE)
    // ASCII letters only: toLowerCase turns the Kelvin sign into a k, which would be another address
    .transform((value) => value.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase()))
    .pipe(EMAIL),
  { type: 'string', format: 'email', maxLength: 254, pattern: EMAIL_PATTERN.source },
);

/** Years of four digits. An offset can move an instant out of the range that RFC 3339 can express. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** An instant in a request: RFC 3339 with `Z` or an offset, truncated to milliseconds. */
export const instantIn = documentedAs(
  z.iso
    .datetime({ offset: true })
    .refine((value) => /T\d\d:\d\d:\d\d/.test(value), { error: 'needs seconds (RFC 3339)' })
    .refine((value) => Date.parse(value) >= EARLIEST_MS && Date.parse(value) <= LATEST_MS, {
      error: 'must be in the years 1 to 9999',
    })
    .transform((value) => new Date(value)),
  { type: 'string', format: 'date-time', description: 'RFC 3339, with `Z` or an offset' },
);

/** A time zone by its IANA name, stored as given. */
export const timeZone = documentedAs(
  z.string().max(64).refine(isTimeZone, { error: 'is not the name of a time zone, such as Europe/Berlin' }),
  { type: 'string', maxLength: 64, description: 'An IANA name, such as Europe/Berlin' },
);

/** A calendar day, `yyyy-mm-dd` (RFC 3339 full-date). */
export const day = documentedAs(z.iso.date(), { type: 'string', format: 'date' });

/** An instant, or a day, which stands for its first instant in the practice's time zone. */
export const dayOrInstant = documentedAs(
  z.union([z.iso.date(), instantIn], { error: 'is neither a day nor an instant with an offset' }),
  {
    type: 'string',
    description: 'RFC 3339 with `Z` or an offset, or `yyyy-mm-dd`: the beginning of that day in the practice',
  },
);

/** An ISO 4217 code. */
export const currency = documentedAs(z.string().regex(/^[A-Z]{3}$/, { error: 'must be an ISO 4217 code' }), {
  type: 'string',
  pattern: '^[A-Z]{3}$',
  description: 'ISO 4217',
});

const MINOR_UNITS = 'Minor units (ISO 4217 exponent: EUR 2, JPY 0, KWD 3), at most 2^53−1';

/** An amount of money in a reply; it may be negative. */
export const money = z
  .object({ amount: z.int().meta({ description: MINOR_UNITS }), currency })
  .meta({ id: 'Money' });

/** An amount of money in a request, of any sign. */
export const moneyIn = z.strictObject({ amount: z.int().meta({ description: MINOR_UNITS }), currency });

/** An amount of money in a request: at least one minor unit. */
export const positiveMoneyIn = z
  .strictObject({
    amount: z.int().min(1, { error: 'must be at least 1' }).meta({ description: MINOR_UNITS }),
    currency,
  })
  .meta({ id: 'PositiveMoney' });

/** A boolean in a query string. */
export const flag = documentedAs(
  z.enum(['true', 'false'], { error: 'must be true or false' }).transform((value) => value === 'true'),
  { type: 'boolean' },
);

/** One or more of `values` in a query string, separated by commas. */
export const anyOf = <Value extends string>(values: readonly Value[]) =>
  documentedAs(
    z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(values, { error: `must be of ${values.join(', ')}` })).max(values.length)),
    { type: 'string', pattern: `^(${values.join('|')})(,(${values.join('|')}))*$` },
  );

/** The parameters of every list. */
export const pageParameters = {
  limit: documentedAs(
    z
      .string()
      .regex(/^(100|[1-9][0-9]?)$/, { error: 'must be a whole number from 1 to 100' })
      .transform(Number)
      .default(20),
    { type: 'integer', minimum: 1, maximum: 100, default: 20, description: 'How many items at most.' },
  ),
  cursor: documentedAs(z.string().min(1).max(2048).optional(), {
    type: 'string',
    minLength: 1,
    maxLength: 2048,
    description: '`nextCursor` of the page before; opaque.',
  }),
};
