import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Caller, ClinicPorts, FeedTokens } from './ports.js';

/** Creates a calendar feed. Returns its URL this once: only a hash of the secret is stored. */
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
