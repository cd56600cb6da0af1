import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertMatchable, type Match } from '../domain/match.js';
import { lockOpenBankLine } from './lock-open-bank-line.js';
import type { CashPorts } from './ports.js';

type Dependencies = Readonly<{
  cashUnitOfWork: UnitOfWork<CashPorts>;
  clock: Clock;
  ids: IdGenerator;
  timeZones: TimeZones;
  practice: Practice;
}>;

/**
 * Matches a bank line with transactions. They may have taken effect in another month than the line, because a transfer takes
 * days. not_found; 422 `validation`, `amounts-differ`; conflict `already-matched`, `period-closed`.
 */
export type MatchBankLine = (
  command: Readonly<{ bankLineId: string; transactionIds: readonly string[]; matchedBy: string | null }>,
) => Promise<Match>;

export const makeMatchBankLine =
  ({ cashUnitOfWork, clock, ids, timeZones, practice }: Dependencies): MatchBankLine =>
  ({ bankLineId, transactionIds, matchedBy }) =>
    cashUnitOfWork.run(async ({ realAccounts, bankLines, bankMatches }) => {
      const line = await lockOpenBankLine({ realAccounts, bankLines }, bankLineId, { timeZones, practice });
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
