import { asFunction, asValue, type AwilixContainer } from 'awilix';
import { pino } from 'pino';
import { buildContainer, type Cradle } from '../../src/container.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { NO_LIMITS } from './no-limits.js';

const SECRET = 'a secret for tests, longer than 32 bytes';

const CONFIG = loadConfig(
  { AUTH_SECRET: SECRET, PRAXIS_DEMO: 'off', RATE_LIMIT: 'off', ...NO_LIMITS },
  { cwd: '/nonexistent' },
);

/** Adapters and fakes by the names of the registrations that they replace. */
export type Replacements = Readonly<Partial<Record<keyof Cradle | 'transaction', unknown>>>;

/** Registrations that connect. Everything that sends SQL depends on `sequelize`. */
const CONNECTING = ['sequelize', 'mailer'] as const;

/**
 * The real container over other adapters. It cannot connect: an adapter that nothing replaces fails to resolve. Register
 * a `transaction` to make writing ports resolve outside a unit of work.
 */
export function containerOver(replacements: Replacements): AwilixContainer<Cradle> {
  const container = buildContainer({
    config: CONFIG,
    logger: pino({ level: 'silent' }),
    databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing',
    authSecret: SECRET,
    publicUrl: 'https://praxis.test',
  });
  for (const name of CONNECTING)
    container.register(
      name,
      asFunction((): never => {
        throw new Error(`the container in memory has no ${name}; replace the adapter that needs it`);
      }).singleton(),
    );
  for (const name of Object.keys(replacements))
    if (name !== 'transaction' && !container.hasRegistration(name))
      throw new Error(`the container registers no ${name} that could be replaced`);
  return replacing(container, replacements);
}

function replacing(container: AwilixContainer<Cradle>, replacements: Replacements): AwilixContainer<Cradle> {
  for (const [name, value] of Object.entries(replacements)) container.register(name, asValue(value));
  return container;
}

/** The cradle of a child scope with other replacements, such as a unit of work with a concurrent change. */
export const cradleWith = (container: AwilixContainer<Cradle>, replacements: Replacements): Cradle =>
  replacing(container.createScope(), replacements).cradle;

/** `own`, and behind it everything of `cradle`: `world.signIn` is the use case that the server calls. */
export const over = <Behind extends object, Own extends object>(
  cradle: Behind,
  own: Own,
): Own & Omit<Behind, keyof Own> =>
  Object.create(cradle, Object.getOwnPropertyDescriptors(own)) as Own & Omit<Behind, keyof Own>;
