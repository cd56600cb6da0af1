import { z } from 'zod';
import { isLoopback } from './loopback.js';
import { isTimeZone } from '../time/zone-names.js';

/** The text of an error without the name of the variable: the problem, and after the semicolon what to set. */
const fault = (problem: string, remedy: string): string => `${problem}; ${remedy}`;

const integer = (minimum: number, maximum: number) => {
  const message = fault('is not a whole number in range', `set ${minimum} to ${maximum}`);
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, message);
};

const limit = z.union([z.literal('off').transform(() => null), integer(1, 1_000_000)], {
  error: fault('is neither a number nor off', 'set 1 to 1000000, or off'),
});

const toggle = z
  .enum(['on', 'off'], { error: fault('is neither on nor off', 'set on or off') })
  .transform((value) => value === 'on');

const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** Parameters of libpq for Unix sockets and parts of an address, which our driver ignores. */
function isForeignSocketUrl(text: string): boolean {
  if (/^postgres(ql)?:\/\/[^/?]*@\//.test(text)) return true;
  const url = urlOf(text);
  return (
    url !== undefined &&
    (/%2f/i.test(url.hostname) ||
      ['port', 'user', 'password', 'dbname'].some((name) => url.searchParams.has(name)))
  );
}

const databaseUrl = z
  .string()
  .refine(
    (text) => !isForeignSocketUrl(text),
    fault(
      'names a part of the address, or a Unix socket, in a form that is not understood',
      'set postgres://USER:PASSWORD@HOST:PORT/DATABASE, with ?host=FOLDER at its end for the socket in FOLDER',
    ),
  )
  .refine(
    (text) => ['postgres:', 'postgresql:'].includes(urlOf(text)?.protocol ?? ''),
    fault('is not a PostgreSQL address', 'set postgres://USER:PASSWORD@HOST:PORT/DATABASE'),
  );

const databaseUrls = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((url) => url.trim())
      .filter((url) => url !== ''),
  )
  .refine(
    (urls) => urls.every((url) => ['postgres:', 'postgresql:'].includes(urlOf(url)?.protocol ?? '')),
    fault(
      'lists something that is no PostgreSQL address',
      'set postgres://USER:PASSWORD@HOST:PORT/DATABASE,…',
    ),
  );

const isWebOrigin = (url: URL): boolean =>
  ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';

const publicUrl = z
  .string()
  .refine(
    (text) => {
      const url = urlOf(text);
      return url !== undefined && isWebOrigin(url) && url.search === '' && url.hash === '';
    },
    fault('is not a web address', 'set https://HOST[:PORT][/PATH], without query and fragment'),
  )
  .transform((text) => new URL(text).href.replace(/\/+$/, ''));

const corsOrigins = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
  )
  .refine(
    (origins) => origins.every((origin) => urlOf(origin)?.origin === origin && /^https?:/.test(origin)),
    fault('lists something that is no origin', 'set https://HOST[:PORT],… without path and without *'),
  );

const mailUrl = z.string().refine(
  (text) => {
    if (text.startsWith('file:')) return text.length > 'file:'.length;
    const url = urlOf(text);
    return url !== undefined && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '';
  },
  fault('is not a way to send mail', 'set smtp://USER:PASSWORD@HOST:PORT, smtps://… or file:FOLDER'),
);

const stripeWebhookSecrets = z
  .string()
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .refine(
    (secrets) => secrets.length <= 2 && secrets.every((secret) => /^whsec_\w{4,250}$/.test(secret)),
    fault('is not one or two signing secrets', 'set whsec_…, or whsec_…,whsec_… while it is replaced'),
  );

/** Only this machine, because the secret key is sent there. */
const stripeApiBase = z.string().refine(
  (text) => {
    const url = urlOf(text);
    return url !== undefined && isWebOrigin(url) && isLoopback(url.hostname) && url.pathname === '/';
  },
  fault('is not a server on this machine', 'set http://127.0.0.1:PORT, or remove it'),
);

const MAIL_ADDRESS = /^[^\s<>,;:"@]+@[^\s<>,;:"@]+$/;
const mailFrom = z.string().refine(
  (text) => {
    // A control character could inject a header.
    if (/\p{Cc}/u.test(text)) return false;
    return MAIL_ADDRESS.test(/^[^<>]*<([^<>]+)>$/.exec(text)?.[1] ?? text);
  },
  fault('is not one mail address', 'set ADDRESS or NAME <ADDRESS>'),
);

const currency = z
  .string()
  .refine(
    (text) => Intl.supportedValuesOf('currency').includes(text),
    fault('is not a currency', 'set an ISO 4217 code such as EUR'),
  );

const timeZone = z
  .string()
  .refine(isTimeZone, fault('is not a time zone', 'set an IANA name such as Europe/Berlin'));

const port = integer(0, 65_535);

/** All variables with their parsers. docs/operating.md and .env.example list the same ones. */
export const VARIABLES = {
  NODE_ENV: z.enum(['production', 'development', 'test'], {
    error: fault('is unknown', 'set production, development or test'),
  }),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/, fault('is not a host', 'set an address or a name, such as 127.0.0.1')),
  PORT: port,
  METRICS_PORT: z.union([z.literal('off').transform(() => null), port], {
    error: fault('is neither a port nor off', 'set 0 to 65535, or off'),
  }),
  DATABASE_URL: databaseUrl,
  DATABASE_MIGRATION_URL: databaseUrl,
  DATABASE_REPLICA_URLS: databaseUrls,
  // A unit of work that runs a new transaction inside needs a second connection.
  DATABASE_POOL_MAX: integer(2, 1_000),
  PRAXIS_HOME: z.string(),
  PRAXIS_DEMO: toggle,
  AUTH_SECRET: z
    .string()
    .refine(
      (text) => Buffer.byteLength(text) >= 32,
      fault('is shorter than 32 bytes', 'set what `openssl rand -base64 48` prints'),
    ),
  PUBLIC_URL: publicUrl,
  MAIL_URL: mailUrl,
  MAIL_FROM: mailFrom,
  MAIL_SPREAD_SECONDS: integer(0, 60),
  MAIL_TLS: toggle,
  CURRENCY: currency,
  TIME_ZONE: timeZone,
  PAYMENT_GATEWAY: z.enum(['sandbox', 'desk', 'stripe'], {
    error: fault('is unknown', 'set sandbox, desk or stripe'),
  }),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(
      /^[sr]k_(?:test|live)_\w{4,250}$/,
      fault('is not a secret key', 'set sk_… or rk_… from the dashboard'),
    ),
  STRIPE_WEBHOOK_SECRET: stripeWebhookSecrets,
  STRIPE_API_BASE: stripeApiBase,
  RATE_LIMIT: toggle,
  LIMIT_OPEN_APPOINTMENTS: limit,
  LIMIT_BOOKINGS_PER_HOUR: limit,
  LIMIT_UNPAID_ORDERS: limit,
  LIMIT_UNPAID_PIECES: limit,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    error: fault('is unknown', 'set fatal, error, warn, info, debug, trace or silent'),
  }),
  WORKERS: integer(1, 64),
  JOBS: toggle,
  SHUTDOWN_GRACE_SECONDS: integer(0, 600),
  CORS_ORIGINS: corsOrigins,
  TRUST_PROXY: toggle,
} as const;

export type VariableName = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[];
/** The value of a variable after parsing. */
export type ValueOf<Name extends VariableName> = z.output<(typeof VARIABLES)[Name]>;
