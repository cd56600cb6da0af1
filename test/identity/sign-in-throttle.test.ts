import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { SignInThrottle } from '../../src/identity/application/ports.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { expectCode } from '../support/expect-code.js';

const EMAIL = 'mara.member@praxis.test';
const IP = '192.0.2.77';

describe('the throttle on failed sign-ins', () => {
  let postgres: OnPostgres<{ signInThrottle: SignInThrottle; sequelize: Sequelize }>;
  let throttle: SignInThrottle;
  beforeEach(async () => {
    postgres = await openOnPostgres({}, { RATE_LIMIT: 'on' });
    throttle = postgres.cradle.signInThrottle;
  });
  afterEach(() => postgres.close());
  const takeAll = (count: number, email: (number: number) => string, ip = IP) =>
    Promise.allSettled(Array.from({ length: count }, (_, number) => throttle.take(email(number), ip)));
  const allowed = (outcomes: readonly PromiseSettledResult<void>[]): number =>
    outcomes.filter(({ status }) => status === 'fulfilled').length;

  it('lets 20 failures of one person from one place through, however many come at once', async () => {
    expect(allowed(await takeAll(40, () => EMAIL))).to.equal(20);
    const error = await expectCode(throttle.take(EMAIL, IP), 'rate-limited');
    expect(error.kind).to.equal('rate_limited');
    expect(error.details['retryAfterSeconds']).to.be.within(890, 900);
    await throttle.take(EMAIL, '192.0.2.78');
    await throttle.take('someone.else@praxis.test', IP);
  });

  it('forgets what was given back', async () => {
    for (let count = 0; count < 25; count += 1) {
      await throttle.take(EMAIL, IP);
      await throttle.giveBack(EMAIL, IP);
    }
    expect(allowed(await takeAll(21, () => EMAIL))).to.equal(20);
  });

  it('lets 200 failures from one place through, and what it refuses counts for nobody', async () => {
    expect(allowed(await takeAll(210, (number) => `person-${String(number % 30)}@praxis.test`))).to.equal(
      200,
    );
    await expectCode(throttle.take(EMAIL, IP), 'rate-limited');
    expect(allowed(await takeAll(21, () => EMAIL, '192.0.2.78'))).to.equal(20);
  });

  it('leaves no address in the table', async () => {
    await throttle.take(EMAIL, IP);
    const rows = await postgres.cradle.sequelize.query('SELECT * FROM rate_limits', {
      type: QueryTypes.SELECT,
    });
    expect(rows).to.have.length(2);
    for (const secret of [EMAIL, IP]) expect(JSON.stringify(rows)).not.to.contain(secret);
  });
});
