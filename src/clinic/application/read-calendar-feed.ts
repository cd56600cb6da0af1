import { type Clock, DAY, plus } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import { calendarText } from './calendar-text.js';
import type { ClinicQueries, FeedTokens, Members } from './ports.js';

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
