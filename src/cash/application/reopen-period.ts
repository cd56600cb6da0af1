import { later, type Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { periodNotLastClosed } from '../domain/errors.js';
import { parseReason, type ClosedPeriod, type Period, type Reopening } from '../domain/period.js';
import { reopenAfter } from '../domain/real-account.js';
import type { CashPorts } from './ports.js';

/**
 * Reopens the last closed month of a real account, and earlier months that were closed with it. Closing and reopening are kept
 * as history, with user and reason. not_found; 422 `validation`; conflict `period-not-last-closed`.
 */
export type ReopenPeriod = (
  command: Readonly<{ realAccountId: string; period: Period; reason: string; reopenedBy: string | null }>,
) => Promise<Readonly<{ period: ClosedPeriod; reopening: Reopening }>>;

type Dependencies = Readonly<{ cashUnitOfWork: UnitOfWork<CashPorts>; clock: Clock; ids: IdGenerator }>;

export const makeReopenPeriod =
  ({ cashUnitOfWork, clock, ids }: Dependencies): ReopenPeriod =>
  ({ realAccountId, period, reason: text, reopenedBy }) =>
    cashUnitOfWork.run(async ({ realAccounts, amounts, periods }) => {
      const reason = parseReason(text);
      const account = await realAccounts.lock(realAccountId);
      if (account === undefined) throw notFound('real account');
      const [last, earlier] = await periods.lastClosed(realAccountId, 2);
      if (last?.period !== period) throw periodNotLastClosed(account.closedThrough);
      await amounts.lockScope({ realAccountId });
      const now = clock.now();
      const reopenedAt = later(last.closedAt, now);
      const reopening: Reopening = { id: ids.next(), periodId: last.id, reason, reopenedAt, reopenedBy };
      await periods.reopen(reopening);
      await realAccounts.save(reopenAfter(account, earlier, now));
      await amounts.refresh({ realAccountId });
      return { period: last, reopening };
    });
