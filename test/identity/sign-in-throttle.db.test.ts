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
  /** So many attempts at once; how many were let through. */
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

  it('lets 20 failures of one person from one network through, however many come at once', async () => {
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

  it('lets 80 parallel right sign-ins through, and keeps none of their points', async () => {
    expect(await attempts('succeed', 80)).to.equal(80);
    expect(await attempts('fail', 21)).to.equal(20);
  });

  it('takes nothing for what it refuses', async () => {
    await attempts('fail', 60);
    const [{ points }] = (await postgres.cradle.sequelize.query(
      "SELECT points FROM rate_limits WHERE key LIKE 'sign-in-person:%'",
      { type: QueryTypes.SELECT },
    )) as [{ points: number }];
    expect(points).to.equal(20);
  });

  it('gives back the points of an attempt that was not looked at', async () => {
    await attempts('withdraw', 30);
    expect(await attempts('fail', 21)).to.equal(20);
  });

  it('slows a network with 200 failures down to ten attempts in ten seconds instead of shutting it out', async () => {
    await end('fail');
    await seed('sign-in-network', 200);
    expect(await attempts('fail', 30, (number) => `person-${String(number)}@praxis.test`)).to.equal(10);
    const error = await expectCode(throttle.admit('next@praxis.test', HOME), 'rate-limited');
    expect(error.details['retryAfterSeconds']).to.be.within(1, 10);
    await end('succeed', 'next@praxis.test', ELSEWHERE);
  });

  it('slows a site with 600 failures down, whatever network of it they come from', async () => {
    await end('fail', EMAIL, { ...HOME, ip: '2001:db8:1:1::1' });
    await seed('sign-in-site', 600);
    const network = (number: number) => `2001:db8:1:${(number + 16).toString(16)}::1`;
    expect(await attempts('fail', 50, (number) => `person-${String(number)}@praxis.test`, network)).to.equal(
      20,
    );
    await end('succeed', EMAIL, { ...HOME, ip: '2001:db8:2:1::1' });
  });

  it('delays strangers at an account with many failures, and neither refuses them nor delays a known device', async () => {
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

  it('accepts the right password of a known device when everybody else used everything up', async () => {
    await end('succeed');
    await attempts('fail', 20, () => EMAIL);
    const stranger = { ...HOME, userAgent: 'another browser' };
    await expectCode(throttle.admit(EMAIL, stranger), 'rate-limited');
    const admission = await throttle.admit(EMAIL, HOME);
    expect(admission.isKnown).to.equal(true);
    await admission.succeed();
  });

  it('answers the wrong password of a known device as that of a stranger', async () => {
    await end('succeed');
    await attempts('fail', 20);
    await expectCode(end('fail'), 'rate-limited');
    // Its own budget is bounded, too.
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => throttle.admit(EMAIL, HOME)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(19);
  });

  it('does not take the device of one person for that of another', async () => {
    await end('succeed');
    const admission = await throttle.admit('someone.else@praxis.test', HOME);
    expect(admission.isKnown).to.equal(false);
    await admission.withdraw();
  });

  it('leaves no address in the table', async () => {
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
