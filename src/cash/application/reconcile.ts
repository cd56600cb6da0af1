import type { Clock } from '../../kernel/clock.js';
import { invalidField, notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import { money, type Money } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { bankLinesUnmatched, currencyMismatch, differenceNotZero } from '../domain/errors.js';
import type { Reconciliation } from '../domain/reconciliation.js';
import { endOfDay } from './days.js';
import { minorIn } from './money-fields.js';
import type { CashPorts } from './ports.js';
import { postRequest, type PostingDependencies } from './posting.js';
import { findStandardCodes } from './standard-accounts.js';

/**
 * Records that a real account agrees with its bank, or with the count of the cash box, at the end of a day: the balance in the
 * books equals the closing balance, and every bank line up to that day is matched. With `adjustment` a difference is posted
 * between the default envelope of the real account and the named account, effective on that day.
 * not_found; conflict `bank-lines-unmatched`, `difference-not-zero`; refusals of a transaction.
 */
export type Reconcile = (
  command: Readonly<{
    realAccountId: string;
    /** `yyyy-mm-dd`. */
    through: string;
    closingBalance: Money;
    adjustment?: Readonly<{ accountId: string; description?: string | null | undefined }> | undefined;
    reconciledBy: string | null;
  }>,
) => Promise<Reconciliation>;

type Dependencies = PostingDependencies &
  Readonly<{
    cashUnitOfWork: UnitOfWork<CashPorts>;
    clock: Clock;
    ids: IdGenerator;
    timeZones: TimeZones;
    practice: Practice;
  }>;

export const makeReconcile =
  ({ cashUnitOfWork, clock, ids, timeZones, practice }: Dependencies): Reconcile =>
  ({ realAccountId, through, closingBalance, adjustment, reconciledBy }) =>
    cashUnitOfWork.run(async (ports) => {
      const { realAccounts, accounts, amounts, bankLines, reconciliations, cashQueries } = ports;
      const account = await realAccounts.lock(realAccountId);
      const view = account && (await cashQueries.realAccount(realAccountId));
      if (account === undefined || view === undefined) throw notFound('real account');
      const now = clock.now();
      if (through > timeZones.dayOf(now, practice.timeZone))
        throw invalidField('/to', 'must not be in the future');
      const closing = minorIn(closingBalance, account.currency, '/closingBalance');

      // Waits for all running postings, so that the balance includes them.
      await amounts.lockScope({ realAccountId });
      const { unmatched } = await bankLines.unmatchedThrough(realAccountId, through);
      if (unmatched > 0) throw bankLinesUnmatched(unmatched);
      const at = endOfDay(through, { timeZones, practice });
      const inBooks = (await cashQueries.balance({ realAccountId }, at, 'effective'))?.balance ?? 0;
      const difference = closing - inBooks;
      let adjustmentId: string | null = null;
      if (difference !== 0) {
        const { currency } = account;
        if (!Number.isSafeInteger(difference))
          throw invalidField('/closingBalance/amount', 'is more than can be counted exactly');
        if (adjustment === undefined)
          throw differenceNotZero(money(difference, currency), money(inBooks, currency));
        // With an account of the same home the adjustment would not change the balance.
        const named = await accounts.find(adjustment.accountId);
        if (named === undefined || named.realAccountId === realAccountId)
          throw invalidField('/adjustment/accountId', 'has to be an account in another real account');
        if (named.currency !== currency)
          throw currencyMismatch('/adjustment/accountId', currency, named.currency);
        const own = { accountId: view.defaultAccountId, realAccountId };
        const other = { accountId: adjustment.accountId };
        const posted = await postRequest(
          ports,
          { clock, ids, timeZones, practice },
          {
            source: difference > 0 ? other : own,
            target: difference > 0 ? own : other,
            amount: money(Math.abs(difference), currency),
            effectiveAt: at > now ? now : at,
            description: adjustment.description ?? `Adjustment to the balance of ${through}`,
          },
          { createdBy: reconciledBy, byHand: await findStandardCodes(ports) },
        );
        adjustmentId = posted.id;
      }
      const reconciliation: Reconciliation = {
        id: ids.next(),
        realAccountId,
        currency: account.currency,
        through,
        closingBalance: closing,
        adjustmentId,
        reconciledAt: now,
        reconciledBy,
      };
      await reconciliations.insert(reconciliation);
      return reconciliation;
    });
