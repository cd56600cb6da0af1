import type { IdGenerator } from '../../kernel/ids.js';
import { money } from '../../kernel/money.js';
import { newAccount, newDefaultAccount, type Account } from '../domain/account.js';
import { originConflict } from '../domain/errors.js';
import { newRealAccount, type RealAccount } from '../domain/real-account.js';
import { isSamePosting, type Origin } from '../domain/transaction.js';
import { planPostings, type PostingDependencies, type PostingPorts } from './posting.js';
import { STANDARD_ACCOUNTS, type StandardAccount } from './standard-accounts.js';

export type LedgerPosting = Readonly<{
  /** Ids of accounts; the money moves between their homes. */
  from: string;
  to: string;
  /** Minor units, at least 1. */
  amount: number;
  currency: string;
  /** Now unless given; never in the future. */
  effectiveAt?: Date | undefined;
  description?: string | undefined;
  origin: Origin;
  createdBy?: string | undefined;
  /** The user who paid or is refunded, whose name the bank line may contain. */
  payerId?: string | undefined;
}>;

/**
 * The public API for other contexts. What happened is posted at any balance: standard accounts have no floor and are never
 * archived. Resolved inside a unit of work, it posts in the same database transaction.
 * To be called last, because amounts come last in the lock order.
 */
export interface Ledger {
  /**
   * Moves money once for each origin: a repeated event returns the existing transaction, so a retry cannot post twice.
   * conflict `origin-conflict` when the repeated event differs; errors as for any transaction.
   */
  post(posting: LedgerPosting): Promise<Readonly<{ id: string; number: number }>>;
  /** The id of a standard account. */
  standardAccount(code: StandardAccount): Promise<string>;
}

type Dependencies = PostingPorts & PostingDependencies;

export const makeLedger = ({
  amounts,
  accounts,
  realAccounts,
  books,
  holds,
  clock,
  ids,
  timeZones,
  practice,
}: Dependencies): Ledger => {
  const ports = { amounts, accounts, realAccounts, books, holds };
  return {
    async post({ from, to, amount, currency, effectiveAt, description, origin, createdBy, payerId }) {
      const asked = { sourceAccountId: from, targetAccountId: to, amount, currency };
      const earlier = await books.findByOrigin(origin);
      if (earlier !== undefined) return sameAs(earlier, asked);
      const plan = await planPostings(
        ports,
        { clock, ids, timeZones, practice },
        [
          {
            source: { accountId: from },
            target: { accountId: to },
            amount: money(amount, currency),
            effectiveAt,
            description,
            origin,
            payerId,
          },
        ],
        { createdBy: createdBy ?? null, byHand: null },
      );
      // Searched again under the locks, which a concurrent posting of the same event held.
      const meanwhile = await books.findByOrigin(origin);
      if (meanwhile !== undefined) return sameAs(meanwhile, asked);
      const [posted] = await books.write({
        entries: plan.entries,
        amounts: plan.balances.changes(),
        closedHolds: plan.expired,
      });
      if (posted === undefined) throw new Error('the books did not take the entry');
      return { id: posted.id, number: posted.number };
    },
    async standardAccount(code) {
      const known = await accounts.findByCode(code);
      if (known !== undefined) return known.id;
      const standard = standardAccounts(ids, practice.currency, clock.now());
      // Always all accounts in the same order, so that two concurrent calls cannot deadlock.
      await accounts.ensure(standard.realAccounts, standard.accounts);
      const made = await accounts.findByCode(code);
      if (made === undefined) throw new Error(`there is no account ${code}`);
      for (const each of STANDARD_ACCOUNTS) {
        const account = await accounts.findByCode(each);
        if (account === undefined) continue;
        const { id: accountId, realAccountId } = account;
        await amounts.ensure({ id: ids.next(), accountId, realAccountId });
      }
      return made.id;
    },
  };
};

function sameAs(
  posted: Parameters<typeof isSamePosting>[0] & Readonly<{ number: number }>,
  asked: Parameters<typeof isSamePosting>[1],
): Readonly<{ id: string; number: number }> {
  if (!isSamePosting(posted, asked)) throw originConflict();
  return { id: posted.id, number: posted.number };
}

type Coded = Account & Readonly<{ code: string }>;

function standardAccounts(
  ids: IdGenerator,
  currency: string,
  now: Date,
): Readonly<{ realAccounts: RealAccount[]; accounts: Coded[] }> {
  const real = (code: string, name: string, kind: RealAccount['kind']): RealAccount =>
    newRealAccount({ id: ids.next(), code, name, kind, currency }, now);
  const world = real('world', 'The world outside', 'external');
  const clearing = real('card-clearing', 'Card clearing', 'bank');
  const desk = real('desk', 'Cash desk', 'cash');
  const income = (code: StandardAccount, name: string): Account =>
    newAccount({ id: ids.next(), code, name, realAccountId: world.id, type: 'income', currency }, now);
  // No floor: a payment that was made must be posted at any balance.
  const envelope = (code: StandardAccount, name: string, realAccount: RealAccount): Account =>
    newDefaultAccount({ id: ids.next(), code, name, realAccount, floor: null }, now);
  return {
    realAccounts: [world, clearing, desk],
    accounts: [
      envelope('opening-balances', 'Opening balances', world),
      income('shop-income', 'Shop income'),
      income('clinic-income', 'Clinic income'),
      envelope('card-clearing', 'Card clearing', clearing),
      envelope('desk-cash', 'Cash desk', desk),
    ] as Coded[],
  };
}
