import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { periodClosed } from '../domain/errors.js';
import { assertMatchable, removeMatch, type Match } from '../domain/match.js';
import { isClosedDay } from '../domain/period.js';
import type { BankLine } from './bank-ports.js';
import type { CashPorts } from './ports.js';

type Dependencies = Readonly<{
  cashUnitOfWork: UnitOfWork<CashPorts>;
  clock: Clock;
  ids: IdGenerator;
  timeZones: TimeZones;
  practice: Practice;
}>;

/**
 * The line, with its real account locked to the end of the transaction: two people who match at once do so one after the
 * other. not_found; conflict `period-closed` when the line belongs to a closed month.
 */
async function lockOpenLine(
  { bankLines, realAccounts }: Pick<CashPorts, 'bankLines' | 'realAccounts'>,
  bankLineId: string,
  { timeZones, practice }: Pick<Dependencies, 'timeZones' | 'practice'>,
): Promise<BankLine> {
  const line = await bankLines.find(bankLineId);
  const account = line && (await realAccounts.lock(line.realAccountId));
  if (line === undefined || account === undefined) throw notFound('bank line');
  if (account.closedUntil !== null && isClosedDay(line.bookedOn, account.closedThrough))
    throw periodClosed(timeZones.dayOf(account.closedUntil, practice.timeZone));
  return line;
}

/**
 * Says which transactions a bank line stands for. They may have taken effect in another month than the line: money is
 * under way for days. not_found; 422 `validation`, `amounts-differ`; conflict `already-matched`, `period-closed`.
 */
export type MatchBankLine = (
  command: Readonly<{ bankLineId: string; transactionIds: readonly string[]; matchedBy: string | null }>,
) => Promise<Match>;

export const makeMatchBankLine =
  ({ cashUnitOfWork, clock, ids, timeZones, practice }: Dependencies): MatchBankLine =>
  ({ bankLineId, transactionIds, matchedBy }) =>
    cashUnitOfWork.run(async ({ realAccounts, bankLines, bankMatches }) => {
      const line = await lockOpenLine({ realAccounts, bankLines }, bankLineId, { timeZones, practice });
      assertMatchable(
        line,
        await bankMatches.holdsLine(line.id),
        transactionIds,
        await bankMatches.movements(line.realAccountId, transactionIds),
      );
      const match: Match = {
        id: ids.next(),
        bankLineId: line.id,
        realAccountId: line.realAccountId,
        transactionIds,
        matchedAt: clock.now(),
        matchedBy,
        removedAt: null,
        removedBy: null,
      };
      await bankMatches.insert(match);
      return match;
    });

/** Takes a match apart; it stays as history. not_found, also for one that was taken apart; conflict `period-closed`. */
export type UnmatchBankLine = (
  command: Readonly<{ bankLineId: string; matchId: string; removedBy: string | null }>,
) => Promise<void>;

export const makeUnmatchBankLine =
  ({ cashUnitOfWork, clock, timeZones, practice }: Omit<Dependencies, 'ids'>): UnmatchBankLine =>
  ({ bankLineId, matchId, removedBy }) =>
    cashUnitOfWork.run(async ({ realAccounts, bankLines, bankMatches }) => {
      await lockOpenLine({ realAccounts, bankLines }, bankLineId, { timeZones, practice });
      const match = await bankMatches.find(matchId);
      if (match?.bankLineId !== bankLineId || match.removedAt !== null) throw notFound('match');
      await bankMatches.remove(removeMatch(match, clock.now(), removedBy));
    });
