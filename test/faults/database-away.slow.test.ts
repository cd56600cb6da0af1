import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { REGISTRATION_MAIL } from '../../src/identity/application/jobs.js';
import { LANE_SETTINGS } from '../../src/platform/jobs/job-lanes.js';
import { openMailbox, type Mailbox } from '../support/mailbox.js';
import { eventually } from '../support/processes.js';
import {
  DEMO,
  makeSandbox,
  postgresOf,
  signInDemo,
  watch,
  type ServerProcess,
} from '../support/server-process.js';

const PASSWORD = 'correct-horse-battery';
/** Retries wait up to 2, 4, 8 … seconds. */
const MAIL_WITHIN_MS = 60_000;

describe('a server without its database or mail server', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  let databaseHome: string;
  let database: EmbeddedPostgres;
  let mailbox: Mailbox;
  let server: ServerProcess;

  const startDatabase = async () => {
    database = await startEmbeddedPostgres({ home: databaseHome, durable: false });
  };
  const serve = (mailUrl: string, env: Record<string, string> = {}) =>
    sandbox.serve({
      PRAXIS_HOME: sandbox.newHome(),
      DATABASE_URL: database.applicationUrl,
      DATABASE_MIGRATION_URL: database.ownerUrl,
      AUTH_SECRET: 'a secret for tests, longer than 32 bytes',
      PRAXIS_DEMO: 'on',
      MAIL_URL: mailUrl,
      ...env,
    });

  /** Undo the setup of `before`, however far it got. */
  const cleanups: (() => Promise<unknown>)[] = [];
  before(async () => {
    databaseHome = sandbox.newHome();
    await startDatabase();
    cleanups.push(() => database.stop());
    mailbox = await openMailbox();
    cleanups.push(() => mailbox.close());
    server = await serve(mailbox.url);
  });
  after(async () => {
    for (const clean of cleanups.reverse()) await clean();
    await sandbox.clear();
  });

  let serial = 0;
  const freshAddress = () => `away-${process.pid}-${(serial += 1)}@example.org`;
  const register = (email: string, headers: Record<string, string> = {}) =>
    server.call('POST', '/v1/registrations', {
      body: { email, password: PASSWORD, fullName: 'Mia Member' },
      headers,
    });

  async function ask<Row extends object>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: database.superuserUrl });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }
  const waitingMails = async (): Promise<number> =>
    (await ask(`SELECT FROM jobs WHERE kind = '${REGISTRATION_MAIL}' AND failed_at IS NULL`)).length;

  it('answers 503 in time while its database is unavailable, never 500, and recovers', async () => {
    const token = await signInDemo(server);
    const accepted: string[] = [];
    const looks: (() => ReturnType<ServerProcess['call']>)[] = [
      () => server.call('GET', '/v1/me', { token }),
      () => server.call('GET', '/v1/sessions', { token }),
      () => server.call('POST', '/v1/sessions', { body: DEMO }),
      () => server.call('GET', '/readyz'),
      () =>
        server.call('PATCH', '/v1/me', {
          token,
          body: { fullName: 'Mia' },
          headers: { 'if-match': '*' },
        }),
      ...[{}, { 'idempotency-key': 'the same for all' }].map((headers) => async () => {
        const email = freshAddress();
        const key = 'idempotency-key' in headers ? { 'idempotency-key': email } : {};
        const answer = await register(email, key);
        if (answer.status === 202) accepted.push(email);
        return answer;
      }),
    ];
    const watched = looks.map((look) => watch(look));
    await eventually('some are accepted', () => accepted.length >= 3);

    await database.stop();
    await eventually('it is not ready', async () => (await server.call('GET', '/readyz')).status === 503);
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(looks.map((look) => look()));
      expect(answers.map(({ status }) => status)).to.deep.equal(looks.map(() => 503));
      expect((await server.call('GET', '/livez')).status).to.equal(200);
    }

    await startDatabase();
    await eventually('it is ready', async () => (await server.call('GET', '/readyz')).status === 200);
    const again = await Promise.all(looks.map((look) => look()));
    expect(again.map(({ status }) => status)).to.deep.equal([200, 200, 201, 200, 200, 202, 202]);
    const seen = await Promise.all(watched.map((each) => each.stop()));
    for (const { statuses, failures } of seen) {
      expect(failures).to.deep.equal([]);
      expect([...statuses].filter((status) => status >= 500)).to.deep.equal([503]);
    }
    await eventually(
      'every accepted registration has its mail',
      () => accepted.every((email) => mailbox.mailsTo(email).length > 0),
      MAIL_WITHIN_MS,
    );
    for (const email of accepted) expect(mailbox.mailsTo(email), email).to.have.length(1);
  });

  it('sends each mail once after both are available again', async () => {
    await mailbox.close();
    const email = freshAddress();
    expect((await register(email)).status).to.equal(202);
    await eventually('it has been tried', async () => {
      const tried = await ask(
        `SELECT FROM jobs WHERE kind = '${REGISTRATION_MAIL}' AND last_error IS NOT NULL`,
      );
      return tried.length === 1;
    });
    await database.stop();
    mailbox = await openMailbox(mailbox.port);
    await eventually('it is not ready', async () => (await server.call('GET', '/readyz')).status === 503);
    await startDatabase();
    await eventually('the mail is there', () => mailbox.mailsTo(email).length > 0, MAIL_WITHIN_MS);
    await eventually('it is signed off', async () => (await waitingMails()) === 0);
    expect(mailbox.mailsTo(email)).to.have.length(1);
  });

  it('is unready and can stop while its database accepts connections and does not answer', async function () {
    if (process.platform === 'win32') this.skip(); // no signal freezes a process on Windows
    const home = sandbox.newHome();
    const frozen = await serve(mailbox.url, { PRAXIS_HOME: home, SHUTDOWN_GRACE_SECONDS: '1' });
    expect((await frozen.call('GET', '/readyz')).status).to.equal(200);
    const backends = await ask<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
    );
    const pids = [...backends.map(({ pid }) => pid), postgresOf(databaseHome)!];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      expect((await frozen.call('GET', '/readyz')).status).to.equal(503);
      expect((await frozen.call('GET', '/livez')).status).to.equal(200);
      frozen.signal('SIGTERM');
      expect((await frozen.outcome).code).to.equal(0);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
  });

  it('sends the mails of a killed process after the restart', async () => {
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await once(mute.listen(0, '127.0.0.1'), 'listening');
    server.signal('SIGTERM');
    await server.outcome;
    server = await serve(`smtp://127.0.0.1:${(mute.address() as AddressInfo).port}`);
    const emails = Array.from({ length: 7 }, freshAddress);
    const answers = await Promise.all(emails.map((email) => register(email)));
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([202]));
    await eventually('as many as it does at once are under way', async () => {
      const taken = await ask(
        `SELECT FROM jobs WHERE kind = '${REGISTRATION_MAIL}' AND locked_until > now()`,
      );
      return taken.length === LANE_SETTINGS.mail.concurrency;
    });
    server.signal('SIGKILL');
    await server.outcome;
    mute.close();
    for (const socket of sockets) socket.destroy();
    expect(await waitingMails()).to.equal(emails.length);

    server = await serve(mailbox.url);
    const arrived = () => emails.filter((email) => mailbox.mailsTo(email).length > 0).length;
    await eventually(
      'those nobody had begun are sent at once',
      () => arrived() === emails.length - LANE_SETTINGS.mail.concurrency,
    );
    await ask(`UPDATE jobs SET locked_until = now() WHERE locked_until IS NOT NULL`); // a minute later
    await eventually('the others are sent', () => arrived() === emails.length);
    await eventually('all are signed off', async () => (await waitingMails()) === 0);
    for (const email of emails) expect(mailbox.mailsTo(email), email).to.have.length(1);
  });
});
