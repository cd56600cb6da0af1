import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { removeMatch } from '../domain/match.js';
import { lockOpenBankLine } from './lock-open-bank-line.js';
import type { CashPorts } from './ports.js';

/** Removes a match, which is kept as history. not_found, also for a removed match; conflict `period-closed`. */
export type UnmatchBankLine = (
  command: Readonly<{ bankLineId: string; matchId: string; removedBy: string | null }>,
) => Promise<void>;

type Dependencies = Readonly<{
  cashUnitOfWork: UnitOfWork<CashPorts>;
  clock: Clock;
  timeZones: TimeZones;
  practice: Practice;
}>;

export const makeUnmatchBankLine =
  ({ cashUnitOfWork, clock, timeZones, practice }: Dependencies): UnmatchBankLine =>
  ({ bankLineId, matchId, removedBy }) =>
    cashUnitOfWork.run(async ({ realAccounts, bankLines, bankMatches }) => {
      await lockOpenBankLine({ realAccounts, bankLines }, bankLineId, { timeZones, practice });
      const match = await bankMatches.find(matchId);
      if (match?.bankLineId !== bankLineId || match.removedAt !== null) throw notFound('match');
      await bankMatches.remove(removeMatch(match, clock.now(), removedBy));
    });
