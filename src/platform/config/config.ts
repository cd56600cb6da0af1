import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, type ConfigurationFault } from './configuration-error.js';
import { isLoopback } from './loopback.js';
import { readDotEnv, readSettings, type Source } from './environment.js';
import { findMisspelled } from './misspelled.js';
import { VARIABLE_NAMES, VARIABLES, type ValueOf, type VariableName } from './variables.js';

/** The configuration of the process. It is read and validated once, at start, and never changes. */
export type Config = Readonly<{
  production: boolean;
  host: string;
  /** 0 picks a free port. */
  port: number;
  /** null: no metrics server of its own. */
  metricsPort: number | null;
  /** Without a trailing slash; null: derived from host and port after listening. */
  publicUrl: string | null;
  /** Absolute: embedded database, generated secrets, mail in development. */
  home: string;
  database: Readonly<{
    url: string | null /* null: embedded */;
    migrationUrl: string | null;
    /** Streaming replicas, for anonymous reads. */
    replicaUrls: readonly string[];
    poolMax: number;
  }>;
  demo: boolean;
  /** null: generated into `home`. */
  authSecret: string | null;
  /** `file:` and an absolute folder, or `smtp://`, `smtps://`. `requireTls`: `smtp://` sends nothing without STARTTLS. */
  mail: Readonly<{
    url: string;
    from: string;
    requireTls: boolean;
    /** Mails that can be requested anonymously start at a random time within this span. */
    spreadSeconds: number;
  }>;
  /** ISO 4217. */
  currency: string;
  /** An IANA name. */
  timeZone: string;
  paymentGateway: 'sandbox' | 'desk' | 'stripe';
  /** null unless the gateway is Stripe. `apiBase`: a stand-in; null: Stripe. */
  stripe: Readonly<{ secretKey: string; webhookSecrets: readonly string[]; apiBase: string | null }> | null;
  rateLimit: boolean;
  /** Limits of one member; null: no limit. */
  limits: Readonly<{
    openAppointments: number | null;
    bookingsPerHour: number | null;
    unpaidOrders: number | null;
    unpaidPieces: number | null;
  }>;
  logLevel: string;
  /** The number of worker processes; 1: no workers, this process serves. */
  workers: number;
  /** Whether this process runs jobs (mail, reminders, expiry). */
  jobs: boolean;
  shutdownGraceSeconds: number;
  corsOrigins: readonly string[];
  trustProxy: boolean;
}>;

/**
 * Reads the configuration from `env`, then from the `.env` of `cwd`, and from the files that NAME_FILE variables name.
 * Throws ConfigurationError with all faults at once.
 */
export function loadConfig(
  env: Source = process.env,
  { cwd = process.cwd() }: { cwd?: string } = {},
): Config {
  const sources = [env, readDotEnv(cwd)];
  const settings = readSettings(VARIABLE_NAMES, sources, cwd);
  const faults: ConfigurationFault[] = [...settings.faults, ...findMisspelled(VARIABLE_NAMES, sources)];

  const read = <Name extends VariableName>(name: Name): ValueOf<Name> | undefined => {
    const text = settings.values.get(name);
    if (text === undefined) return undefined;
    const parsed = VARIABLES[name].safeParse(text);
    if (parsed.success) return parsed.data as ValueOf<Name>;
    const [problem = 'is not valid', remedy = 'see docs/operating.md'] =
      parsed.error.issues[0]?.message.split('; ') ?? [];
    faults.push({ name, problem, remedy });
    return undefined;
  };

  const production = read('NODE_ENV') === 'production';
  const databaseUrl = read('DATABASE_URL') ?? null;
  const embedded = !settings.values.has('DATABASE_URL') && !settings.faults.some(concerns('DATABASE_URL'));
  const home = resolve(cwd, read('PRAXIS_HOME') ?? 'var');
  const publicUrl = read('PUBLIC_URL') ?? null;
  const mailUrl = absoluteMailUrl(read('MAIL_URL') ?? `file:${resolve(home, 'mail')}`, cwd);
  const mailDomain = publicUrl === null ? 'localhost' : new URL(publicUrl).hostname;
  const paymentGateway = read('PAYMENT_GATEWAY') ?? 'sandbox';
  const stripeSecretKey = read('STRIPE_SECRET_KEY');
  const stripeWebhookSecrets = read('STRIPE_WEBHOOK_SECRET');
  const stripeApiBase = read('STRIPE_API_BASE') ?? null;
  const config: Config = {
    production,
    host: read('HOST') ?? '127.0.0.1',
    port: read('PORT') ?? 3000,
    metricsPort: read('METRICS_PORT') ?? null,
    publicUrl,
    home,
    database: {
      url: databaseUrl,
      migrationUrl: read('DATABASE_MIGRATION_URL') ?? null,
      replicaUrls: read('DATABASE_REPLICA_URLS') ?? [],
      poolMax: read('DATABASE_POOL_MAX') ?? 10,
    },
    demo: read('PRAXIS_DEMO') ?? embedded,
    authSecret: read('AUTH_SECRET') ?? null,
    mail: {
      url: mailUrl,
      from: read('MAIL_FROM') ?? `Praxis <praxis@${mailDomain}>`,
      spreadSeconds: read('MAIL_SPREAD_SECONDS') ?? 5,
      requireTls: read('MAIL_TLS') ?? !staysOnThisMachine(mailUrl),
    },
    currency: read('CURRENCY') ?? 'EUR',
    timeZone: read('TIME_ZONE') ?? 'UTC',
    paymentGateway,
    stripe:
      paymentGateway === 'stripe'
        ? {
            secretKey: stripeSecretKey ?? '',
            webhookSecrets: stripeWebhookSecrets ?? [],
            apiBase: stripeApiBase,
          }
        : null,
    rateLimit: read('RATE_LIMIT') ?? true,
    limits: {
      openAppointments: orDefault(read('LIMIT_OPEN_APPOINTMENTS'), 10),
      bookingsPerHour: orDefault(read('LIMIT_BOOKINGS_PER_HOUR'), 20),
      unpaidOrders: orDefault(read('LIMIT_UNPAID_ORDERS'), 5),
      unpaidPieces: orDefault(read('LIMIT_UNPAID_PIECES'), 100),
    },
    logLevel: read('LOG_LEVEL') ?? 'info',
    workers: read('WORKERS') ?? 1,
    jobs: read('JOBS') ?? true,
    shutdownGraceSeconds: read('SHUTDOWN_GRACE_SECONDS') ?? 10,
    corsOrigins: read('CORS_ORIGINS') ?? [],
    trustProxy: read('TRUST_PROXY') ?? false,
  };
  faults.push(...crossChecks(config, embedded, faults));
  if (faults.length > 0) throw new ConfigurationError(faults);
  return config;
}

/** Stripe counts these in other units than ISO 4217, or only in tens (docs.stripe.com/currencies). */
const COUNTED_OTHERWISE = new Set('BHD IQD ISK JOD KWD LYD MGA OMR TND UGX'.split(' '));

/** Rules about more than one variable. A variable with a fault of its own is not reported twice. */
function crossChecks(
  config: Config,
  embedded: boolean,
  known: readonly ConfigurationFault[],
): ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  const check = (name: VariableName, holds: boolean, problem: string, remedy: string): void => {
    if (!holds && !known.some(concerns(name))) faults.push({ name, problem, remedy });
  };
  check(
    'AUTH_SECRET',
    embedded || config.authSecret !== null,
    'is required with DATABASE_URL',
    'set what `openssl rand -base64 48` prints, the same for every process',
  );
  check(
    'DATABASE_MIGRATION_URL',
    !embedded || config.database.migrationUrl === null,
    'is of no use without DATABASE_URL',
    'set DATABASE_URL too, or neither',
  );
  check(
    'DATABASE_REPLICA_URLS',
    !embedded || config.database.replicaUrls.length === 0,
    'is of no use without DATABASE_URL',
    'set DATABASE_URL too, or neither',
  );
  check(
    'PUBLIC_URL',
    !config.production || config.publicUrl !== null,
    'is required in production, where links in mails begin with it',
    'set the address that people use, such as https://praxis.example',
  );
  check(
    'PRAXIS_DEMO',
    !(config.production && config.demo),
    'is on in production, where everybody knows the demo passwords',
    'set PRAXIS_DEMO=off',
  );
  check(
    'PAYMENT_GATEWAY',
    !(config.production && config.paymentGateway === 'sandbox'),
    'is the sandbox in production, which takes no real money',
    'set PAYMENT_GATEWAY=stripe, or desk, which means no card payments',
  );
  const { stripe } = config;
  check(
    'STRIPE_SECRET_KEY',
    stripe?.secretKey !== '',
    'is required with PAYMENT_GATEWAY=stripe',
    'set the secret key from the dashboard',
  );
  check(
    'STRIPE_WEBHOOK_SECRET',
    stripe?.webhookSecrets.length !== 0,
    'is required with PAYMENT_GATEWAY=stripe',
    'set the signing secret of the webhook endpoint',
  );
  check(
    'STRIPE_API_BASE',
    !config.production || (stripe?.apiBase ?? null) === null,
    'is set in production, where it would replace Stripe',
    'set PAYMENT_GATEWAY=stripe without it',
  );
  check(
    'CURRENCY',
    stripe === null || !COUNTED_OTHERWISE.has(config.currency),
    `is ${config.currency}, whose minor unit is another one at Stripe`,
    'set another currency, or PAYMENT_GATEWAY=desk',
  );
  return faults;
}

/** Keeps null, which `off` is read as. */
const orDefault = (value: number | null | undefined, otherwise: number): number | null =>
  value === undefined ? otherwise : value;

const concerns =
  (name: VariableName) =>
  (fault: ConfigurationFault): boolean =>
    fault.name === name || fault.name === `${name}_FILE`;

/** Whether mail stays on this machine, so that it needs no TLS. */
const staysOnThisMachine = (mailUrl: string): boolean =>
  !mailUrl.startsWith('file:') && isLoopback(new URL(mailUrl).hostname);

/** Accepts a file URL, or `file:` with a folder relative to `cwd`. */
function absoluteMailUrl(url: string, cwd: string): string {
  if (!url.startsWith('file:')) return url;
  return `file:${url.startsWith('file://') ? fileURLToPath(url) : resolve(cwd, url.slice('file:'.length))}`;
}
