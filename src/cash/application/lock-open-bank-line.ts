import { notFound } from '../../kernel/errors.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import { periodClosed } from '../domain/errors.js';
import { isClosedDay } from '../domain/period.js';
import type { BankLine } from './bank-ports.js';
import type { CashPorts } from './ports.js';

/**
 * Returns the line and locks its real account to the end of the transaction, which serializes concurrent matches.
 * not_found; conflict `period-closed` when the line belongs to a closed month.
 */
export async function lockOpenBankLine(
  { bankLines, realAccounts }: Pick<CashPorts, 'bankLines' | 'realAccounts'>,
  bankLineId: string,
  { timeZones, practice }: Readonly<{ timeZones: TimeZones; practice: Practice }>,
): Promise<BankLine> {
  const line = await bankLines.find(bankLineId);
  const account = line && (await realAccounts.lock(line.realAccountId));
  if (line === undefined || account === undefined) throw notFound('bank line');
  if (account.closedUntil !== null && isClosedDay(line.bookedOn, account.closedThrough))
    throw periodClosed(timeZones.dayOf(account.closedUntil, practice.timeZone));
  return line;
}
