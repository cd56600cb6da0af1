import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import { QueryTypes, type Sequelize } from 'sequelize';
import { SMTPServer } from 'smtp-server';
import { CONTEXTS } from '../../src/contexts.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { makeJobRunner } from '../../src/platform/jobs/job-runner.js';
import { makeJobSignal } from '../../src/platform/jobs/job-signal.js';
import { makeMailer } from '../../src/platform/mail/mailer.js';
import { uuidGenerator } from '../../src/platform/telemetry/ids.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { eventually } from '../support/processes.js';

const MAILS = 400;

describe('the lanes of jobs', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  before(async () => {
    database = await createTestDatabase();
    sequelize = openSequelize({ url: database.url, poolMax: 5 });
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  it('put all jobs that send mail, and no others, into the mail lane', () => {
    const jobs = CONTEXTS.flatMap((context) => Object.entries(context.jobs));
    for (const [kind, { lane }] of jobs)
      expect(lane === 'mail', kind).to.equal(/-(?:mail|notice)$/.test(kind));
    const payments = jobs.filter(([, { lane }]) => lane === 'payments').map(([kind]) => kind);
    expect(payments).to.have.members([
      'identity.detach-card',
      'storefront.reconcile-payments',
      'storefront.settle-refund',
      'billing.reconcile-payments',
      'billing.settle-refund',
    ]);
  });

  it(`reconciles payments in time while ${MAILS} mails wait for a hung mail server`, async () => {
    // Accepts connections and never greets.
    const hanging = new SMTPServer({ onConnect: () => undefined, closeTimeout: 1 });
    hanging.listen(0, '127.0.0.1');
    await once(hanging.server, 'listening');
    const { port } = hanging.server.address() as AddressInfo;
    const mailer = makeMailer({
      url: `smtp://127.0.0.1:${port}`,
      from: 'desk@praxis.example',
      requireTls: false,
    });
    let isTried = false;
    let reconciled = 0;
    await sequelize.query(
      `INSERT INTO jobs (id, kind, payload) SELECT gen_random_uuid(), 'test.mail', '{}' FROM generate_series(1, ${MAILS})`,
    );
    const runner = makeJobRunner({
      sequelize,
      jobs: {
        'test.mail': {
          lane: 'mail',
          handle: ({ id }) => {
            isTried = true;
            return mailer.send({ id, to: 'member@praxis.test', subject: 'Hello', text: 'Hello' });
          },
        },
        'test.reconcile': { lane: 'payments', handle: () => Promise.resolve(void (reconciled += 1)) },
      },
      recurring: [{ kind: 'test.reconcile', everyMs: 250 }],
      ids: uuidGenerator,
      logger: pino({ level: 'silent' }),
      jobSignal: makeJobSignal(),
      pollMs: 50,
    });
    try {
      runner.start();
      await eventually('five reconciliations', () => isTried && reconciled >= 5);
      const [mails] = await sequelize.query<{ waiting: number }>(
        "SELECT count(*)::int AS waiting FROM jobs WHERE kind = 'test.mail'",
        { type: QueryTypes.SELECT },
      );
      expect(mails?.waiting).to.equal(MAILS);
    } finally {
      await runner.stop(0);
      mailer.close();
      await new Promise<void>((resolve) => hanging.close(resolve));
    }
  });
});
