import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwilixContainer } from 'awilix';
import { startPraxis, type Praxis } from '../../src/main.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { makeLogger } from '../../src/platform/telemetry/logger.js';
import type {
  IdentityPorts,
  Passwords,
  RefreshTokens,
  AccessTokens,
  Role,
} from '../../src/identity/application/ports.js';
import { newSession } from '../../src/identity/domain/session.js';
import { newVerifiedUser } from '../../src/identity/domain/user.js';
import { makeAccessTokens } from '../../src/identity/infrastructure/access-tokens.js';
import { HOUR, plus } from '../../src/kernel/clock.js';
import type { IdGenerator } from '../../src/kernel/ids.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { makeSecrets } from '../../src/platform/config/secrets.js';
import { ApiChecker } from './api-checker.js';
import { NO_LIMITS } from './no-limits.js';
import { createTestDatabase } from './postgres.js';

export const TEST_SECRET = 'a secret that only the tests of praxis know, 0123456789';

export type Call = Readonly<{
  token?: string | undefined;
  /** Sent as JSON unless it is a string or bytes. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}>;

export type Answer = Readonly<{
  status: number;
  headers: Headers;
  text: string;
  // Tests read bodies freely; their shapes have been checked against the document.
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}>;

/** A server in this process on its own database. Tests can read everything that it answers, logs and mails. */
export interface TestPraxis {
  readonly url: string;
  readonly container: AwilixContainer;
  readonly databaseUrl: string;
  readonly ownerUrl: string;
  readonly checker: ApiChecker;
  /** Every line logged so far, at every level. */
  readonly logLines: string[];
  /** Calls and checks the answer against the served document. */
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** Raw text of the mails sent to `address`, oldest first, once there are at least `count`. */
  mailsTo(address: string, count?: number): Promise<string[]>;
  /** The token of the newest mail to `address`, once there are at least `count`. */
  tokenFor(address: string, count?: number): Promise<string>;
  allMails(): Promise<string[]>;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 10_000;

export async function startTestPraxis(env: Readonly<Record<string, string>> = {}): Promise<TestPraxis> {
  const database = await createTestDatabase();
  const home = await mkdtemp(join(tmpdir(), 'praxis-test-'));
  const mailFolder = join(home, 'mail');
  const logLines: string[] = [];
  const config = loadConfig(
    {
      PORT: '0',
      METRICS_PORT: '0',
      DATABASE_URL: database.url,
      DATABASE_MIGRATION_URL: database.ownerUrl,
      AUTH_SECRET: TEST_SECRET,
      PRAXIS_HOME: home,
      MAIL_URL: `file:${mailFolder}`,
      PRAXIS_DEMO: 'off',
      LOG_LEVEL: 'trace',
      RATE_LIMIT: 'off',
      MAIL_SPREAD_SECONDS: '0',
      ...NO_LIMITS,
      ...env,
    },
    { cwd: home },
  );
  const logger = makeLogger({
    level: 'trace',
    destination: { write: (line: string) => void logLines.push(line) },
  });
  const praxis: Praxis = await startPraxis(config, { logger, validateReplies: true });
  const document = await (await fetch(`${praxis.url}/openapi.json`)).json();
  const checker = new ApiChecker(document as ConstructorParameters<typeof ApiChecker>[0]);

  const allMails = async (): Promise<string[]> => {
    const names = await readdir(mailFolder).catch(() => [] as string[]);
    return Promise.all(
      names
        .filter((name) => name.endsWith('.eml'))
        .sort()
        .map((name) => readFile(join(mailFolder, name), 'utf8')),
    );
  };

  async function mailsTo(address: string, count = 1): Promise<string[]> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const mails = (await allMails()).filter((mail) => new RegExp(`^To: .*${address}`, 'im').test(mail));
      if (mails.length >= count) return mails;
      if (Date.now() > deadline) throw new Error(`${mails.length} mails to ${address}, not ${count}`);
      await sleep(20);
    }
  }

  return {
    url: praxis.url,
    container: praxis.container,
    databaseUrl: database.url,
    ownerUrl: database.ownerUrl,
    checker,
    logLines,
    async call(method, path, { token, body, headers = {} } = {}) {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(praxis.url + path, {
        method,
        redirect: 'manual',
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const contentType = response.headers.get('content-type');
      checker.check({ method, path, status: response.status, contentType, text });
      const json = contentType !== null && contentType.includes('json') && text !== '';
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: json ? (JSON.parse(text) as unknown) : undefined,
      };
    },
    mailsTo,
    async tokenFor(address, count = 1) {
      const mails = await mailsTo(address, count);
      const token = /token=(\S+)/.exec(mails.at(-1) ?? '')?.[1];
      if (token === undefined) throw new Error(`no token in the mail to ${address}`);
      return token;
    },
    allMails,
    metrics: async () => (await fetch(praxis.metricsUrl!)).text(),
    async stop() {
      await praxis.stop();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export const PASSWORD = 'correct-horse-battery';

let serial = 0;
/** An unused address. */
export const freshAddress = (name = 'member'): string => `${name}-${Date.now()}-${(serial += 1)}@example.org`;

export type TestUser = Readonly<{ id: string; email: string; accessToken: string; refreshToken: string }>;

/** Signs in as `email`. */
export async function signIn(praxis: TestPraxis, email: string, password = PASSWORD): Promise<TestUser> {
  const { status, body, text } = await praxis.call('POST', '/v1/sessions', { body: { email, password } });
  if (status !== 201) throw new Error(`sign-in answered ${status}: ${text}`);
  return { id: body.user.id, email, accessToken: body.accessToken, refreshToken: body.refreshToken };
}

/** Registers by mail, as a person would, and signs in. */
export async function registerMember(praxis: TestPraxis, email = freshAddress()): Promise<TestUser> {
  await praxis.call('POST', '/v1/registrations', {
    body: { email, password: PASSWORD, fullName: 'Mia Member' },
  });
  const token = await praxis.tokenFor(email);
  const confirmed = await praxis.call('POST', '/v1/registrations/confirm', {
    body: { token, password: PASSWORD },
  });
  if (confirmed.status !== 201)
    throw new Error(`confirmation answered ${confirmed.status}: ${confirmed.text}`);
  return signIn(praxis, email);
}

type IdentityCradle = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  passwords: Passwords;
  refreshTokens: RefreshTokens;
  accessTokens: AccessTokens;
  ids: IdGenerator;
}>;

/** Hashing is slow on purpose; every test user has the same password, so one hash serves them all. */
let passwordHash: Promise<string> | undefined;

/**
 * A verified user with a session, inserted through the repositories: a few milliseconds instead of two mails and two
 * hashes.
 */
export async function makeUser(
  praxis: TestPraxis,
  role: Role = 'member',
  email = freshAddress(role),
): Promise<TestUser> {
  const { identityUnitOfWork, passwords, ids } = praxis.container.cradle as IdentityCradle;
  const hash = await (passwordHash ??= passwords.hash(PASSWORD, { ip: '127.0.0.1', isKnown: true }));
  const user = newVerifiedUser(
    { id: ids.next(), email, fullName: 'Mia Member', role, passwordHash: hash },
    new Date(),
  );
  await identityUnitOfWork.run(({ users }) => users.insert(user));
  return openSession(praxis, user);
}

/** Another session of the user. */
export async function openSession(
  praxis: TestPraxis,
  user: Readonly<{ id: string; email: string }>,
): Promise<TestUser> {
  const { identityUnitOfWork, refreshTokens, accessTokens, ids } = praxis.container.cradle as IdentityCradle;
  const id = ids.next();
  const refreshToken = refreshTokens.first(id);
  const client = { ip: '127.0.0.1', userAgent: 'test' };
  await identityUnitOfWork.run(({ sessions }) =>
    sessions.insert(newSession({ id, userId: user.id, tokenHash: refreshToken.hash, client }, new Date())),
  );
  const accessToken = await accessTokens.mint({ userId: user.id, sessionId: id });
  return { id: user.id, email: user.email, accessToken, refreshToken: refreshToken.text };
}

/** An access token of the user's own session that was good until 45 minutes ago. */
export async function expiredTokenFor(praxis: TestPraxis, user: TestUser): Promise<string> {
  const { body } = await praxis.call('GET', '/v1/sessions', { token: user.accessToken });
  const accessTokens = makeAccessTokens({
    secrets: makeSecrets(TEST_SECRET),
    clock: { now: () => plus(new Date(), -HOUR) },
  });
  return accessTokens.mint({ userId: user.id, sessionId: body.items[0].id });
}
