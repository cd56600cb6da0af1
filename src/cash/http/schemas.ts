import { z } from 'zod';
import { formatMinor, money as makeMoney } from '../../kernel/money.js';
import { writeCsv } from '../../platform/http/replies/csv.js';
import { id, idOut, instant, instantIn, money, text } from '../../platform/http/requests/schemas.js';
import type { PostedBatch } from '../application/post-batch.js';
import {
  ACCOUNT_TYPES,
  availableOf,
  countable,
  AXES,
  HOLD_STATUSES,
  REAL_ACCOUNT_KINDS,
  statusAt,
  type AccountView,
  type AmountView,
  type ClosedPeriod,
  type Hold,
  type PostedTransaction,
  type RealAccountView,
  type Statement,
  type Transaction,
} from '../application/ports.js';
import type { PeriodView } from '../application/bank-ports.js';
import type { BalanceAt } from '../application/read-books.js';

export const byId = z.object({ id });
export const description = text({ max: 500 }).nullable().optional();
/** Its own check says more than a pattern could: spaces are dropped, the check digits must be right. */
export const iban = text({ max: 50 }).nullable().optional();

const toInstant = (date: Date | null): string | null => date?.toISOString() ?? null;

export const realAccountView = z
  .object({
    id: idOut,
    name: z.string(),
    kind: z.enum(REAL_ACCOUNT_KINDS),
    currency: z.string(),
    iban: z.string().nullable(),
    balance: money,
    archived: z.boolean(),
    defaultAccountId: idOut.meta({ description: 'The default envelope, for money that is not allocated' }),
    closedThrough: z.string().nullable().meta({ description: 'The last closed month, `yyyy-mm`' }),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().min(1),
  })
  .meta({ id: 'RealAccount' });

export const toRealAccountView = (account: RealAccountView): z.infer<typeof realAccountView> => ({
  id: account.id,
  name: account.name,
  kind: account.kind,
  currency: account.currency,
  iban: account.iban,
  balance: makeMoney(account.balance, account.currency),
  archived: account.archivedAt !== null,
  defaultAccountId: account.defaultAccountId,
  closedThrough: account.closedThrough,
  createdAt: account.createdAt.toISOString(),
  updatedAt: account.updatedAt.toISOString(),
  version: account.version,
});

const moneyOrNull = (amount: number | null, currency: string) =>
  amount === null ? null : makeMoney(amount, currency);

export const accountView = z
  .object({
    id: idOut,
    code: z.string().nullable().meta({ description: 'Set on accounts the shop and the clinic settle into' }),
    name: z.string(),
    realAccountId: idOut.meta({ description: 'Its home' }),
    type: z.enum(ACCOUNT_TYPES),
    currency: z.string(),
    floor: money
      .nullable()
      .meta({ description: 'The lowest value of each of its amounts; null is unbounded' }),
    goal: money.nullable(),
    balance: money,
    isDefault: z.boolean(),
    archived: z.boolean(),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().min(1),
  })
  .meta({ id: 'Account' });

export const toAccountView = (account: AccountView): z.infer<typeof accountView> => ({
  id: account.id,
  code: account.code,
  name: account.name,
  realAccountId: account.realAccountId,
  type: account.type,
  currency: account.currency,
  floor: moneyOrNull(account.floor, account.currency),
  goal: moneyOrNull(account.goal, account.currency),
  balance: makeMoney(account.balance, account.currency),
  isDefault: account.isDefault,
  archived: account.archivedAt !== null,
  createdAt: account.createdAt.toISOString(),
  updatedAt: account.updatedAt.toISOString(),
  version: account.version,
});

const AVAILABLE = 'What can still be taken out: less what is held and less the floor, where there is one';

export const amountView = z
  .object({
    id: idOut,
    realAccountId: idOut,
    accountId: idOut,
    amount: money,
    held: money,
    available: money.meta({ description: AVAILABLE }),
    version: z
      .int()
      .min(0)
      .meta({ description: 'Its postings; an unbounded income or expense amount stays at 0' }),
  })
  .meta({ id: 'Amount' });

export const toAmountView = (view: AmountView): z.infer<typeof amountView> => ({
  id: view.id,
  realAccountId: view.realAccountId,
  accountId: view.accountId,
  amount: makeMoney(view.amount, view.currency),
  held: makeMoney(view.held, view.currency),
  available: makeMoney(countable(availableOf(view)), view.currency),
  version: view.version,
});

export const axis = z.enum(AXES);

export const balanceView = z
  .object({
    balance: money,
    held: money,
    available: money.meta({ description: AVAILABLE }),
    at: instant,
    axis,
  })
  .meta({ id: 'Balance' });

export const toBalanceView = (balance: BalanceAt): z.infer<typeof balanceView> => ({
  balance: makeMoney(balance.balance, balance.currency),
  held: makeMoney(balance.held, balance.currency),
  available: makeMoney(countable(availableOf({ ...balance, amount: balance.balance })), balance.currency),
  at: balance.at.toISOString(),
  axis: balance.axis,
});

const end = z.object({ accountId: idOut, realAccountId: idOut });
const transactionFields = {
  source: end,
  target: end,
  amount: money,
  description: z.string().nullable(),
  effectiveAt: instant.meta({ description: 'When it happened' }),
  postedAt: instant.meta({ description: 'When it was entered' }),
  reversalOf: idOut.optional(),
  refundOf: idOut.optional(),
  origin: z
    .object({ type: z.string(), id: z.string(), event: z.string() })
    .optional()
    .meta({ description: 'The event that caused it; each event is posted once' }),
  batchId: idOut.optional(),
};

export const transactionView = z
  .object({
    id: idOut,
    number: z.int().min(1).meta({ description: 'Counts upwards, with gaps' }),
    ...transactionFields,
  })
  .meta({ id: 'Transaction' });

const toTransactionFields = (transaction: Transaction) => ({
  source: { accountId: transaction.source.accountId, realAccountId: transaction.source.realAccountId },
  target: { accountId: transaction.target.accountId, realAccountId: transaction.target.realAccountId },
  amount: makeMoney(transaction.amount, transaction.currency),
  description: transaction.description,
  effectiveAt: transaction.effectiveAt.toISOString(),
  postedAt: transaction.postedAt.toISOString(),
  ...(transaction.reversalOf !== null && { reversalOf: transaction.reversalOf }),
  ...(transaction.refundOf !== null && { refundOf: transaction.refundOf }),
  ...(transaction.origin !== null && { origin: transaction.origin }),
  ...(transaction.batchId !== null && { batchId: transaction.batchId }),
});

export const toTransactionView = (transaction: PostedTransaction): z.infer<typeof transactionView> => ({
  id: transaction.id,
  number: transaction.number,
  ...toTransactionFields(transaction),
});

export const batchView = z
  .object({
    id: idOut.nullable().meta({ description: 'null after a dry run' }),
    dryRun: z.boolean(),
    transactions: z.array(
      z
        .object({
          id: idOut.nullable().meta({ description: 'null after a dry run' }),
          number: z.int().min(1).nullable(),
          ...transactionFields,
        })
        .meta({ id: 'BatchItem' }),
    ),
  })
  .meta({ id: 'Batch' });

export const toBatchView = (batch: PostedBatch): z.infer<typeof batchView> => ({
  id: batch.id,
  dryRun: batch.dryRun,
  transactions: batch.transactions.map((transaction) => ({
    id: batch.dryRun ? null : transaction.id,
    number: transaction.number,
    ...toTransactionFields(transaction),
  })),
});

export const holdView = z
  .object({
    id: idOut,
    status: z.enum(HOLD_STATUSES),
    source: end,
    target: end,
    amount: money,
    captured: money.nullable().meta({ description: 'The posted amount; the rest was released' }),
    transactionId: idOut.nullable(),
    expiresAt: instant,
    createdAt: instant,
    closedAt: instant.nullable(),
  })
  .meta({ id: 'Hold' });

export const toHoldView = (hold: Hold, now: Date): z.infer<typeof holdView> => {
  const status = statusAt(hold, now);
  return {
    id: hold.id,
    status,
    source: { accountId: hold.source.accountId, realAccountId: hold.source.realAccountId },
    target: { accountId: hold.target.accountId, realAccountId: hold.target.realAccountId },
    amount: makeMoney(hold.amount, hold.currency),
    captured: moneyOrNull(hold.captured, hold.currency),
    transactionId: hold.transactionId,
    expiresAt: hold.expiresAt.toISOString(),
    createdAt: hold.createdAt.toISOString(),
    closedAt: status === 'expired' ? hold.expiresAt.toISOString() : toInstant(hold.closedAt),
  };
};

export const periodView = z
  .object({
    realAccountId: idOut,
    period: z.string().meta({ description: '`yyyy-mm`' }),
    startsAt: instant,
    endsAt: instant.meta({ description: 'Exclusive' }),
    closedAt: instant,
  })
  .meta({ id: 'ClosedPeriod' });

export const toPeriodView = (period: ClosedPeriod): z.infer<typeof periodView> => ({
  realAccountId: period.realAccountId,
  period: period.period,
  startsAt: period.startsAt.toISOString(),
  endsAt: period.endsAt.toISOString(),
  closedAt: period.closedAt.toISOString(),
});

export const somebody = z
  .object({ id: idOut, name: z.string() })
  .nullable()
  .meta({ description: 'null for the house itself' });

export const periodHistoryView = z
  .object({
    id: idOut,
    ...periodView.shape,
    closedBy: somebody,
    reopened: z.object({ at: instant, by: somebody, reason: z.string() }).nullable(),
  })
  .meta({ id: 'PeriodHistory' });

export const toPeriodHistoryView = ({
  startsAt,
  endsAt,
  closedAt,
  reopened,
  ...period
}: PeriodView): z.infer<typeof periodHistoryView> => ({
  ...period,
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
  closedAt: closedAt.toISOString(),
  reopened: reopened && { ...reopened, at: reopened.at.toISOString() },
});

export const statementView = z
  .object({
    from: instant.nullable(),
    to: instant.meta({ description: 'Exclusive' }),
    opening: money,
    lines: z.array(
      z.object({
        transactionId: idOut,
        effectiveAt: instant,
        description: z.string().nullable(),
        amount: money,
        balance: money.meta({ description: 'After this line' }),
      }),
    ),
    closing: money,
  })
  .meta({ id: 'Statement' });
export type StatementView = z.infer<typeof statementView>;

export const toStatementView = (
  statement: Statement & Readonly<{ from: Date | null; to: Date }>,
): StatementView => ({
  from: toInstant(statement.from),
  to: statement.to.toISOString(),
  opening: makeMoney(statement.opening, statement.currency),
  lines: statement.lines.map((line) => ({
    transactionId: line.transactionId,
    effectiveAt: line.effectiveAt.toISOString(),
    description: line.description,
    amount: makeMoney(line.amount, statement.currency),
    balance: makeMoney(line.balance, statement.currency),
  })),
  closing: makeMoney(statement.closing, statement.currency),
});

export const decimal = ({ amount, currency }: z.infer<typeof money>): string => formatMinor(amount, currency);

/** Opening, lines and closing as rows of one table; amounts in the main unit with a decimal point. */
export const writeStatementCsv = ({ from, to, opening, lines, closing }: StatementView): string =>
  writeCsv(
    ['effectiveAt', 'transactionId', 'description', 'amount', 'balance', 'currency'],
    [
      [from, null, 'Opening balance', null, decimal(opening), opening.currency],
      ...lines.map((line) => [
        line.effectiveAt,
        line.transactionId,
        line.description,
        decimal(line.amount),
        decimal(line.balance),
        line.balance.currency,
      ]),
      [to, null, 'Closing balance', null, decimal(closing), closing.currency],
    ],
  );

export const statementAlternatives = {
  'text/csv': { write: writeStatementCsv, fileName: 'statement.csv' },
};

/** `from` inclusive, `to` exclusive. */
export const range = { from: instantIn.optional(), to: instantIn.optional() };

export const integrityView = z
  .object({
    ok: z.boolean(),
    checks: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        broken: z
          .array(z.string())
          .meta({ description: 'Ids of the rows that violate the rule, at most 1,000' }),
      }),
    ),
  })
  .meta({ id: 'CashIntegrity' });
