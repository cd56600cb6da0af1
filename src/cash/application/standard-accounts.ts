import { invalidField } from '../../kernel/errors.js';
import type { Amount } from '../domain/amount.js';
import { ownedAccount } from '../domain/errors.js';
import type { CashPorts } from './ports.js';

/**
 * The standard accounts of the practice, in its currency; created when first needed.
 * Income comes from the external real account, so the balance of an income account falls as the practice earns.
 */
export const STANDARD_ACCOUNTS = [
  'shop-income',
  'clinic-income',
  'card-clearing',
  'desk-cash',
  'opening-balances',
] as const;
export type StandardAccount = (typeof STANDARD_ACCOUNTS)[number];

/** Orders and appointments alone post to these, so that their balance is what was captured less what was refunded. */
const OWNED: readonly string[] = ['shop-income', 'clinic-income'] satisfies StandardAccount[];

/** Half of what can be counted: the other half stays free for payments and refunds. Minor units. */
const MOST_BY_HAND = 2 ** 52;

/** Codes of the standard accounts by their ids. */
export type StandardCodes = ReadonlyMap<string, string>;

/** What a posting that staff enter may do to the standard accounts. */
export const findStandardCodes = ({ accounts }: Pick<CashPorts, 'accounts'>): Promise<StandardCodes> =>
  accounts.standardCodes();

/** conflict `owned-account` */
export function assertNotOwned(codes: StandardCodes, accountId: string): void {
  if (OWNED.includes(codes.get(accountId) ?? '')) throw ownedAccount(accountId);
}

/** 422 `validation` when payments or refunds could no longer be posted to the standard account. */
export function assertLeavesRoom(codes: StandardCodes, { accountId, amount }: Amount): void {
  if (codes.has(accountId) && Math.abs(amount) > MOST_BY_HAND)
    throw invalidField('/amount', 'would leave no room for payments in this account');
}
