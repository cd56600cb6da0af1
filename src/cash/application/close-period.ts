import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { earlierPeriodOpen, periodClosed, periodNotOver } from '../domain/errors.js';
import { firstDayOf, nextPeriod, periodOfDay, type ClosedPeriod, type Period } from '../domain/period.js';
import { closeThrough } from '../domain/real-account.js';
import type { CashPorts } from './ports.js';

/**
 * Closes a month of a real account, for good, and with it everything before: months are those of the practice's zone.
 * conflict `period-not-over`, `period-closed`, and `earlier-period-open` while an earlier month with postings is open.
 */
export type ClosePeriod = (
  command: Readonly<{ realAccountId: string; period: Period; closedBy: string | null }>,
) => Promise<ClosedPeriod>;

type Dependencies = Readonly<{
  cashUnitOfWork: UnitOfWork<CashPorts>;
  clock: Clock;
  ids: IdGenerator;
  timeZones: TimeZones;
  practice: Practice;
}>;

const later = (a: Date, b: Date | undefined): Date => (b !== undefined && b > a ? b : a);

export const makeClosePeriod =
  ({ cashUnitOfWork, clock, ids, timeZones, practice: { timeZone } }: Dependencies): ClosePeriod =>
  ({ realAccountId, period, closedBy }) =>
    cashUnitOfWork.run(async ({ realAccounts, amounts, periods }) => {
      const account = await realAccounts.lock(realAccountId);
      if (account === undefined) throw notFound('real account');
      const startsAt = timeZones.startOfDay(firstDayOf(period), timeZone);
      const endsAt = timeZones.startOfDay(firstDayOf(nextPeriod(period)), timeZone);
      if (account.closedUntil !== null && endsAt <= account.closedUntil)
        throw periodClosed(timeZones.dayOf(account.closedUntil, timeZone));
      // Waits for every posting under way: each has either seen the month open, and is counted here, or will see it closed.
      await amounts.lockWhole({ realAccountId });
      const now = clock.now();
      if (endsAt > now) throw periodNotOver(period);
      const open = await amounts.firstEffective(realAccountId, { from: account.closedUntil, to: startsAt });
      if (open !== undefined) throw earlierPeriodOpen(periodOfDay(timeZones.dayOf(open, timeZone)));
      const closed: ClosedPeriod = {
        id: ids.next(),
        realAccountId,
        period,
        startsAt,
        endsAt,
        // Clocks of several processes differ: what is in the month was posted before it was closed, whatever they say.
        closedAt: later(now, await amounts.lastPosted(realAccountId, endsAt)),
        closedBy,
      };
      await periods.insert(closed);
      await realAccounts.save(closeThrough(account, period, endsAt, now));
      await amounts.refresh({ realAccountId });
      return closed;
    });
