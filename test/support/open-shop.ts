import { asValue, type AwilixContainer } from 'awilix';
import { pino } from 'pino';
import { buildContainer } from '../../src/container.js';
import { loadConfig } from '../../src/platform/config/config.js';

const SECRET = 'a secret for tests, longer than 32 bytes';

/** The real container on an existing database, for processes that a test starts. */
export function openShopAt(
  databaseUrl: string,
  replacements: Readonly<Record<string, unknown>> = {},
): AwilixContainer {
  const config = loadConfig(
    { DATABASE_URL: databaseUrl, AUTH_SECRET: SECRET, MAIL_URL: 'smtp://127.0.0.1:9', PRAXIS_DEMO: 'off' },
    { cwd: '/nonexistent' },
  );
  const container = buildContainer({
    config,
    logger: pino({ level: 'silent' }),
    databaseUrl,
    authSecret: SECRET,
    publicUrl: 'https://praxis.test',
  });
  for (const [name, value] of Object.entries(replacements)) container.register(name, asValue(value));
  return container;
}
