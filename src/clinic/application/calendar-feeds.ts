import { type Clock, DAY, plus } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { calendarText } from './calendar-text.js';
import type { Caller, ClinicPorts, ClinicQueries, FeedTokens, Members } from './ports.js';

/** The address is shown once; only a hash of its secret is stored. */
export type OpenFeed = (
  command: Readonly<{ caller: Caller }>,
) => Promise<Readonly<{ id: string; url: string }>>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  feedTokens: FeedTokens;
  publicUrl: string;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeOpenFeed =
  ({ clinicUnitOfWork, feedTokens, publicUrl, clock, ids }: Dependencies): OpenFeed =>
  ({ caller: { userId } }) => {
    const id = ids.next();
    const token = feedTokens.make();
    const feed = { id, userId, tokenHash: feedTokens.hash(token), createdAt: clock.now() };
    return clinicUnitOfWork.run(async ({ calendarFeeds }) => {
      await calendarFeeds.insert(feed);
      return { id, url: `${publicUrl}/v1/calendars/${token}.ics` };
    });
  };

/** From then on its address leads nowhere. not_found for somebody else's too. */
export type CloseFeed = (command: Readonly<{ caller: Caller; feedId: string }>) => Promise<void>;
export const makeCloseFeed =
  ({ clinicUnitOfWork }: Pick<Dependencies, 'clinicUnitOfWork'>): CloseFeed =>
  ({ caller: { userId }, feedId }) =>
    clinicUnitOfWork.run(async ({ calendarFeeds }) => {
      if (!(await calendarFeeds.delete(userId, feedId))) throw notFound('calendar feed');
    });

const SHOWN_SINCE_MS = 90 * DAY;

/**
 * The calendar behind a feed's secret (RFC 5545): a member's own appointments, a doctor's own, or for other staff all of
 * them, by the role the owner has now. not_found for an unknown secret, and when the owner may not sign in any more.
 */
export type ReadFeed = (query: Readonly<{ token: string }>) => Promise<string>;

export const makeReadFeed =
  ({
    clinicQueries,
    clinicMembers,
    feedTokens,
    clock,
  }: Readonly<{
    clinicQueries: ClinicQueries;
    clinicMembers: Members;
    feedTokens: FeedTokens;
    clock: Clock;
  }>): ReadFeed =>
  async ({ token }) => {
    const feed = await clinicQueries.feed(feedTokens.hash(token));
    const owner = feed && (await clinicMembers.find(feed.userId));
    if (feed === undefined || owner === undefined) throw notFound('calendar');
    const { userId } = feed;
    const ofStaff = async () =>
      (await clinicQueries.isDoctor(userId)) ? { doctorUserId: userId } : 'everybody';
    const whose = owner.isStaff ? await ofStaff() : { patientUserId: userId };
    return calendarText(await clinicQueries.calendar(whose, plus(clock.now(), -SHOWN_SINCE_MS)));
  };
