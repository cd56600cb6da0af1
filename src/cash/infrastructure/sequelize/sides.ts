import type { Side } from '../../domain/transaction.js';

/** The amounts `s` and `g` of the source and the target of a transaction or a hold. */
export const SIDE_COLUMNS = `s.id AS "sourceAmountId", s.account_id AS "sourceAccountId",
  s.real_account_id AS "sourceRealAccountId", g.id AS "targetAmountId", g.account_id AS "targetAccountId",
  g.real_account_id AS "targetRealAccountId"`;

export type SideColumns = Readonly<{
  sourceAmountId: string;
  sourceAccountId: string;
  sourceRealAccountId: string;
  targetAmountId: string;
  targetAccountId: string;
  targetRealAccountId: string;
}>;

export const toSides = (row: SideColumns): Readonly<{ source: Side; target: Side }> => ({
  source: {
    amountId: row.sourceAmountId,
    accountId: row.sourceAccountId,
    realAccountId: row.sourceRealAccountId,
  },
  target: {
    amountId: row.targetAmountId,
    accountId: row.targetAccountId,
    realAccountId: row.targetRealAccountId,
  },
});
