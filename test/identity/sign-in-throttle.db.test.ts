import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { Admission, SignInThrottle } from '../../src/identity/application/ports.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { expectCode } from '../support/expect-code.js';

const EMAIL = 'mara.member@praxis.test';
const HOME = { ip: '192.0.2.77', userAgent: 'her browser' };
const ELSEWHERE = { ip: '192.0.2.78', userAgent: 'another browser' };

describe('the throttle on failed sign-ins', () => {
  let postgres: OnPostgres<{ signInThrottle: SignInThrottle; sequelize: Sequelize }>;
  let throttle: SignInThrottle;
  beforeEach(async () => {
    postgres = await openOnPostgres({}, { RATE_LIMIT: 'on' });
    throttle = postgres.cradle.signInThrottle;
  });
  afterEach(() => postgres.close());

  const end = async (how: keyof Omit<Admission, 'isKnown'>, email = EMAIL, client = HOME) =>
    (await throttle.admit(email, client))[how]();
  /** Makes `count` concurrent attempts; returns the number of admitted ones. */
  async function attempts(
    how: keyof Omit<Admission, 'isKnown'>,
    count: number,
    email: (number: number) => string = () => EMAIL,
    ip: (number: number) => string = () => HOME.ip,
  ): Promise<number> {
    const outcomes = await Promise.allSettled(
      Array.from({ length: count }, (_, number) => end(how, email(number), { ...HOME, ip: ip(number) })),
    );
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }
  const seed = (policy: string, points: number) =>
    postgres.cradle.sequelize.query('UPDATE rate_limits SET points = $2 WHERE key LIKE $1', {
      bind: [`${policy}:%`, points],
    });

  it('admits exactly 20 failures for one account from one network, also of concurrent attempts', async () => {
    expect(await attempts('fail', 40)).to.equal(20);
    const error = await expectCode(throttle.admit(EMAIL, HOME), 'rate-limited');
    expect(error.kind).to.equal('rate_limited');
    expect(error.details['retryAfterSeconds']).to.be.within(890, 900);
    await end('fail', EMAIL, ELSEWHERE);
    await end('fail', 'someone.else@praxis.test');
  });

  it('counts a whole IPv6 /64 as one network', async () => {
    const address = (number: number) => `2001:db8:1:2::${number.toString(16)}`;
    expect(await attempts('fail', 40, () => EMAIL, address)).to.equal(20);
    await end('fail', EMAIL, { ...HOME, ip: '2001:db8:1:3::1' });
  });

  it('admits 80 concurrent successful sign-ins and refunds their points', async () => {
    expect(await attempts('succeed', 80)).to.equal(80);
    expect(await attempts('fail', 21)).to.equal(20);
  });

  it('takes no points for refused attempts', async () => {
    await attempts('fail', 60);
    const [{ points }] = (await postgres.cradle.sequelize.query(
      "SELECT points FROM rate_limits WHERE key LIKE 'sign-in-person:%'",
      { type: QueryTypes.SELECT },
    )) as [{ points: number }];
    expect(points).to.equal(20);
  });

  it('refunds the points of a withdrawn attempt', async () => {
    await attempts('withdraw', 30);
    expect(await attempts('fail', 21)).to.equal(20);
  });

  it('limits a network with 200 failures to ten attempts in ten seconds, but does not block it', async () => {
    await end('fail');
    await seed('sign-in-network', 200);
    expect(await attempts('fail', 30, (number) => `person-${String(number)}@praxis.test`)).to.equal(10);
    const error = await expectCode(throttle.admit('next@praxis.test', HOME), 'rate-limited');
    expect(error.details['retryAfterSeconds']).to.be.within(1, 10);
    await end('succeed', 'next@praxis.test', ELSEWHERE);
  });

  it('limits a site with 600 failures to 20 attempts at once, from all of its networks together', async () => {
    await end('fail', EMAIL, { ...HOME, ip: '2001:db8:1:1::1' });
    await seed('sign-in-site', 600);
    const network = (number: number) => `2001:db8:1:${(number + 16).toString(16)}::1`;
    expect(await attempts('fail', 50, (number) => `person-${String(number)}@praxis.test`, network)).to.equal(
      20,
    );
    await end('succeed', EMAIL, { ...HOME, ip: '2001:db8:2:1::1' });
  });

  it('delays unknown devices at an account with many failures, without refusing them; a known device is not delayed', async () => {
    await end('succeed');
    await end('fail', EMAIL, ELSEWHERE);
    await seed('sign-in-account', 200);
    const startedAt = performance.now();
    const stranger = throttle.admit(EMAIL, { ...ELSEWHERE, ip: '192.0.2.79' });
    const known = throttle.admit(EMAIL, HOME);
    expect((await Promise.race([stranger, known])).isKnown).to.equal(true);
    expect((await stranger).isKnown).to.equal(false);
    expect(performance.now() - startedAt).to.be.at.least(1_400);
    for (const admission of [await stranger, await known]) await admission.withdraw();
  });

  it('admits a known device when the limit for unknown devices is used up', async () => {
    await end('succeed');
    await attempts('fail', 20, () => EMAIL);
    const stranger = { ...HOME, userAgent: 'another browser' };
    await expectCode(throttle.admit(EMAIL, stranger), 'rate-limited');
    const admission = await throttle.admit(EMAIL, HOME);
    expect(admission.isKnown).to.equal(true);
    await admission.succeed();
  });

  it('limits the failures of a known device too', async () => {
    await end('succeed');
    await attempts('fail', 20);
    await expectCode(end('fail'), 'rate-limited');
    // The known device has a limit of its own.
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => throttle.admit(EMAIL, HOME)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(19);
  });

  it('does not recognise a device for another account', async () => {
    await end('succeed');
    const admission = await throttle.admit('someone.else@praxis.test', HOME);
    expect(admission.isKnown).to.equal(false);
    await admission.withdraw();
  });

  it('stores no e-mail address, IP address or user agent in plain text', async () => {
    await end('succeed');
    await end('fail');
    const rows = await postgres.cradle.sequelize.query('SELECT * FROM rate_limits', {
      type: QueryTypes.SELECT,
    });
    expect(rows).to.have.length(4);
    for (const secret of [EMAIL, HOME.ip, HOME.userAgent])
      expect(JSON.stringify(rows)).not.to.contain(secret);
  });
});
