import { expect } from 'chai';
import { DAY, plus } from '../../src/kernel/clock.js';
import { type Clinic, MEMBER, monday, openClinic, OTHER, STAFF } from './world.js';

describe('a calendar feed', () => {
  let clinic: Clinic;
  beforeEach(async () => {
    clinic = await openClinic();
  });
  const tokenOf = (url: string): string =>
    /^https:\/\/praxis\.test\/v1\/calendars\/(.+)\.ics$/.exec(url)![1]!;
  const open = async (caller = MEMBER) => {
    const { id, url } = await clinic.openFeed({ caller });
    return { id, token: tokenOf(url) };
  };
  /** The ids of the appointments in it. */
  const eventsOf = async (token: string): Promise<string[]> =>
    [...(await clinic.readFeed({ token })).matchAll(/^UID:(.+)@appointments\.praxis\r$/gm)].map(
      ([, id]) => id!,
    );

  it('is stored as a hash of its secret', async () => {
    const { id, token } = await open();
    expect(clinic.rows.feeds.all()).to.deep.equal([
      { id, userId: MEMBER.userId, tokenHash: `hash of ${token}`, createdAt: clinic.clock.now() },
    ]);
  });

  it('contains the own appointments of a member or doctor, and all for other staff', async () => {
    const doctors = { userId: '01930000-0000-7000-8000-0000000000c4', isStaff: true };
    await clinic.addUser({
      id: doctors.userId,
      name: 'Dr. Jana Roth',
      email: 'roth@praxis.test',
      isStaff: true,
    });
    const doctorId = await clinic.doctor({ userId: doctors.userId });
    const own = await clinic.book();
    const others = await clinic.book({ caller: OTHER, doctorId });
    expect(await eventsOf((await open()).token)).to.deep.equal([own.id]);
    expect(await eventsOf((await open(OTHER)).token)).to.deep.equal([others.id]);
    expect(await eventsOf((await open(doctors)).token)).to.deep.equal([others.id]);
    expect(await eventsOf((await open(STAFF)).token)).to.have.members([own.id, others.id]);
  });

  it('follows the present role of its owner', async () => {
    const { token } = await open();
    const { id } = await clinic.book({ caller: OTHER });
    expect(await eventsOf(token)).to.deep.equal([]);
    const mara = clinic.rows.users.get(MEMBER.userId)!;
    await clinic.addUser({ ...mara, isStaff: true });
    expect(await eventsOf(token)).to.deep.equal([id]);
    clinic.rows.users.delete(MEMBER.userId);
    await clinic.refuses(() => clinic.readFeed({ token }), 'not-found');
  });

  it('contains the last 90 days', async () => {
    const { id } = await clinic.book();
    const { token } = await open();
    clinic.goTo(plus(monday('09:00'), 90 * DAY));
    expect(await eventsOf(token)).to.deep.equal([id]);
    clinic.clock.advance(1);
    expect(await eventsOf(token)).to.deep.equal([]);
  });

  it('is deleted by its owner only', async () => {
    const { id, token } = await open();
    await clinic.refuses(() => clinic.closeFeed({ caller: OTHER, feedId: id }), 'not-found');
    await clinic.closeFeed({ caller: MEMBER, feedId: id });
    await clinic.refuses(() => clinic.readFeed({ token }), 'not-found');
    await clinic.refuses(() => clinic.closeFeed({ caller: MEMBER, feedId: id }), 'not-found');
  });
});
