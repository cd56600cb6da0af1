import { later, type Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import {
  earlierPeriodOpen,
  periodClosed,
  periodNotOver,
  periodNotReady,
  type NotReady,
} from '../domain/errors.js';
import {
  firstDayOf,
  lastDayOf,
  nextPeriod,
  periodOfDay,
  type ClosedPeriod,
  type Period,
} from '../domain/period.js';
import { closeThrough } from '../domain/real-account.js';
import type { CashPorts } from './ports.js';
import { endOfDay } from './days.js';

/**
 * Closes a month of a real account, and all earlier months with it. Months are those of the practice's time zone.
 * conflict `period-not-over`, `period-closed`, and `earlier-period-open` while an earlier month with postings is open.
 * For a real account with imported statements, `period-not-ready` with the reasons: bank lines without a match, open
 * holds, no valid reconciliation that reaches the end of the month.
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

/** The reasons why the books do not agree with the bank yet; none for a real account without bank lines. */
async function openPoints(
  {
    bankLines,
    reconciliations,
    cashQueries,
  }: Pick<CashPorts, 'bankLines' | 'reconciliations' | 'cashQueries'>,
  { realAccountId, period, endsAt }: Readonly<{ realAccountId: string; period: Period; endsAt: Date }>,
  calendar: Pick<Dependencies, 'timeZones' | 'practice'>,
): Promise<readonly NotReady[]> {
  const lastDay = lastDayOf(period);
  const { lines, unmatched } = await bankLines.unmatchedThrough(realAccountId, lastDay);
  if (lines === 0) return [];
  const holds = await reconciliations.openHolds(realAccountId, endsAt);
  const latest = await reconciliations.latest(realAccountId);
  const reaches = latest !== undefined && latest.through >= lastDay;
  const now =
    reaches &&
    (await cashQueries.balance({ realAccountId }, endOfDay(latest.through, calendar), 'effective'));
  const points: readonly (NotReady | false)[] = [
    unmatched > 0 && {
      code: 'bank-lines-unmatched',
      detail: `Bank lines of the month or before are not matched: ${unmatched}.`,
    },
    holds > 0 && { code: 'holds-open', detail: `Holds are open: ${holds}.` },
    !reaches && { code: 'not-reconciled', detail: `There is no reconciliation to ${lastDay} or later.` },
    reaches &&
      (now === false || now?.balance !== latest.closingBalance) && {
        code: 'not-reconciled',
        detail: `Something was posted since the reconciliation to ${latest.through}.`,
      },
  ];
  return points.filter((point) => point !== false);
}

export const makeClosePeriod =
  ({ cashUnitOfWork, clock, ids, timeZones, practice }: Dependencies): ClosePeriod =>
  ({ realAccountId, period, closedBy }) =>
    cashUnitOfWork.run(async (ports) => {
      const { realAccounts, amounts, periods } = ports;
      const { timeZone } = practice;
      const account = await realAccounts.lock(realAccountId);
      if (account === undefined) throw notFound('real account');
      const startsAt = timeZones.startOfDay(firstDayOf(period), timeZone);
      const endsAt = timeZones.startOfDay(firstDayOf(nextPeriod(period)), timeZone);
      if (account.closedUntil !== null && endsAt <= account.closedUntil)
        throw periodClosed(timeZones.dayOf(account.closedUntil, timeZone));
      // Waits for all running postings. Each of them has seen the month open and is counted here; later ones see it closed.
      await amounts.lockScope({ realAccountId });
      const now = clock.now();
      if (endsAt > now) throw periodNotOver(period);
      const open = await amounts.firstEffective(realAccountId, { from: account.closedUntil, to: startsAt });
      if (open !== undefined) throw earlierPeriodOpen(periodOfDay(timeZones.dayOf(open, timeZone)));
      const reasons = await openPoints(ports, { realAccountId, period, endsAt }, { timeZones, practice });
      if (reasons.length > 0) throw periodNotReady(reasons);
      const closed: ClosedPeriod = {
        id: ids.next(),
        realAccountId,
        period,
        startsAt,
        endsAt,
        // The clocks of processes differ, but no posting of the month may be later than its closing.
        closedAt: later((await amounts.lastPosted(realAccountId, endsAt)) ?? now, now),
        closedBy,
      };
      await periods.insert(closed);
      await realAccounts.save(closeThrough(account, period, endsAt, now));
      await amounts.refresh({ realAccountId });
      return closed;
    });
