import type { ClientBase } from 'pg';
import { ConfigurationError } from '../config/configuration-error.js';

/**
 * The session settings that the application's SQL and the parsers of its results require. Roles, databases, the server's
 * configuration and connection poolers can override them, so each new connection sets and then verifies them.
 *
 * They are set by statements, because poolers drop or reject `options` in the start-up packet. In transaction mode PgBouncer
 * keeps TimeZone, DateStyle, standard_conforming_strings and client_encoding for each client (IntervalStyle since 1.20;
 * no statement returns an interval).
 */
const SETTINGS = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  standard_conforming_strings: 'on',
  client_encoding: 'UTF8',
  bytea_output: 'hex',
  extra_float_digits: '1',
} as const;

const NAMES = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];

/** Both statements are sent in one message. SET accepts no bind parameters, so the values are literals. */
const PREPARE = `${NAMES.map((name) => `SET ${name} TO ${name === 'DateStyle' ? SETTINGS.DateStyle : `'${SETTINGS[name]}'`}`).join('; ')};
SELECT current_setting('server_encoding') AS encoding, current_database() AS database,
  timestamptz '2026-07-01 12:00:00+00'::text AS instant,
  ARRAY[${NAMES.map((name) => `current_setting('${name}')`).join(', ')}] AS settings`;

const INSTANT = '2026-07-01 12:00:00+00';

type Session = Readonly<{ encoding: string; database: string; instant: string; settings: readonly string[] }>;

/** The error for a connection that would store or read wrong values. */
const misconfigured = (problem: string, remedy: string): ConfigurationError =>
  new ConfigurationError([{ name: 'DATABASE_URL', problem, remedy }]);

function assertSession({ encoding, database, instant, settings }: Session): void {
  if (encoding !== 'UTF8')
    throw misconfigured(
      `names the database ${database}, whose encoding is ${encoding}`,
      "use one made with ENCODING 'UTF8' TEMPLATE template0",
    );
  const wrong = NAMES.filter((name, index) => settings[index] !== SETTINGS[name]);
  if (wrong.length > 0 || instant !== INSTANT)
    throw misconfigured(
      `leads to a server that does not keep ${wrong.join(', ') || 'TimeZone'} as this session sets it`,
      'let the connection pooler keep session settings',
    );
}

/**
 * Sets and verifies the session settings of a new connection. Closes the connection on failure.
 * @throws ConfigurationError when the database or a connection pooler does not apply the settings
 */
export async function prepareSession(client: ClientBase & { end(): Promise<void> }): Promise<void> {
  try {
    const results = (await client.query(PREPARE)) as unknown as readonly { rows: Session[] }[];
    const session = results.at(-1)?.rows[0];
    if (session === undefined) throw new Error('the database did not say how its session is set');
    assertSession(session);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
