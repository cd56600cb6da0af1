import { type Clock, DAY, plus } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import { calendarText } from './calendar-text.js';
import type { ClinicQueries, FeedTokens, Members } from './ports.js';

const HISTORY_MS = 90 * DAY;

/**
 * The iCalendar text of a feed (RFC 5545), found by its secret. Its owner's present role decides about the contents: the own
 * appointments of a member or a doctor, all appointments for other staff. not_found for an unknown secret, and if the owner
 * may not sign in any more.
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
    const scopeOfStaff = async () =>
      (await clinicQueries.isDoctor(userId)) ? { doctorUserId: userId } : 'everybody';
    const scope = owner.isStaff ? await scopeOfStaff() : { patientUserId: userId };
    return calendarText(await clinicQueries.calendar(scope, plus(clock.now(), -HISTORY_MS)));
  };
