import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import { writeCsv } from '../../platform/http/replies/csv.js';
import { idOut, instant, money } from '../../platform/http/requests/schemas.js';
import { AXES, type Statement, availableOf, countable } from '../application/ports.js';
import type { BalanceAt } from '../application/view-balance.js';
import { AVAILABLE, decimal, toInstant } from './schemas.js';

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
        balance: money.meta({ description: 'The balance after this line' }),
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
