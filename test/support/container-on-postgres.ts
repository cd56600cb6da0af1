import { asValue, type AwilixContainer } from 'awilix';
import { pino } from 'pino';
import { buildContainer } from '../../src/container.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { NO_LIMITS } from './no-limits.js';
import { createTestDatabase } from './postgres.js';

const SECRET = 'a secret for tests, longer than 32 bytes';

export type OnPostgres<Cradle> = Readonly<{
  cradle: Cradle;
  container: AwilixContainer;
  databaseUrl: string;
  ownerUrl: string;
  close(): Promise<void>;
}>;

/** The real container on a database of its own, with `replacements` for registrations that a test controls. */
export async function openOnPostgres<Cradle>(
  replacements: Readonly<Record<string, unknown>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<OnPostgres<Cradle>> {
  const database = await createTestDatabase();
  const config = loadConfig(
    {
      DATABASE_URL: database.url,
      AUTH_SECRET: SECRET,
      MAIL_URL: 'smtp://127.0.0.1:9',
      RATE_LIMIT: 'off',
      MAIL_SPREAD_SECONDS: '0',
      ...NO_LIMITS,
      PRAXIS_DEMO: 'off',
      ...env,
    },
    { cwd: '/nonexistent' },
  );
  const container = buildContainer({
    config,
    logger: pino({ level: 'silent' }),
    databaseUrl: database.url,
    authSecret: SECRET,
    publicUrl: 'https://praxis.test',
  });
  for (const [name, value] of Object.entries(replacements)) container.register(name, asValue(value));
  return {
    cradle: container.cradle as Cradle,
    container,
    databaseUrl: database.url,
    ownerUrl: database.ownerUrl,
    async close() {
      await container.dispose();
      await database.drop();
    },
  };
}
