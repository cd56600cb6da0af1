import type { Statement } from '../../../platform/database/database.js';
import { columnValues, insertRows, rowsOf } from '../../../platform/database/insert-row.js';
import { bigInteger, integer, reference } from '../../../platform/database/model-columns.js';
import { insertColumns } from '../../../platform/database/select-columns.js';
import type { LedgerWrite } from '../../application/ports.js';
import type { Hold } from '../../domain/hold.js';
import type { BalanceAfter, Transaction } from '../../domain/transaction.js';
import { holdAttributes } from './models/hold.js';
import { postingAttributes } from './models/posting.js';
import { transactionAttributes } from './models/transaction.js';

/** PostgreSQL assigns the number. */
const { number: _assigned, ...TRANSACTION } = transactionAttributes();
const TRANSACTION_COLUMNS = insertColumns(TRANSACTION).join(', ');
const {
  transactionNumber: _number,
  currency: _currency,
  effectiveAt: _effectiveAt,
  postedAt: _postedAt,
  ...OF_POSTING
} = postingAttributes();
/** What a posting does not take from its transaction; it names the transaction by id, because it has no number yet. */
const POSTING = { transactionId: reference(), ...OF_POSTING };
const { captured, transactionId, closedAt, ...OPENED_HOLD } = holdAttributes();
const CLOSED_HOLD = { id: OPENED_HOLD.id, status: OPENED_HOLD.status, captured, transactionId, closedAt };
const AMOUNT = {
  id: reference(),
  amount: bigInteger(),
  held: bigInteger(),
  version: integer(),
  fromVersion: integer(),
  fromHeld: bigInteger(),
};

const flatten = ({ origin, ...transaction }: Transaction) => ({
  ...transaction,
  originType: origin?.type ?? null,
  originId: origin?.id ?? null,
  originEvent: origin?.event ?? null,
});

const postingsOf = ({
  transaction: { id, amount, source, target },
  ...after
}: LedgerWrite['entries'][number]) => {
  const posting = (amountId: string, delta: number, balance: BalanceAfter) => ({
    transactionId: id,
    amountId,
    delta,
    version: balance?.version ?? null,
    amountAfter: balance?.amountAfter ?? null,
  });
  return [posting(source.amountId, -amount, after.source), posting(target.amountId, amount, after.target)];
};

/** One of the changes that a statement makes, and its parameters. */
type Part = Readonly<{
  name: string;
  isWanted: (writing: LedgerWrite) => boolean;
  parameterCount: number;
  /** Common table expressions. */
  text: (firstParameter: number) => string;
  values: (writing: LedgerWrite) => readonly unknown[];
}>;

const count = (attributes: object): number => Object.keys(attributes).length;

const BATCH: Part = {
  name: 'batch',
  isWanted: ({ batch }) => batch !== undefined,
  parameterCount: 3,
  text: (first) => `batch AS (
    INSERT INTO cash_batches (id, created_at, created_by) VALUES ($${first}, $${first + 1}, $${first + 2})
  )`,
  values: ({ batch }) => [batch?.id, batch?.createdAt, batch?.createdBy],
};

/** Numbers count upwards in the order of the entries. */
const ENTRIES: Part = {
  name: 'entries',
  isWanted: ({ entries }) => entries.length > 0,
  parameterCount: count(TRANSACTION) + count(POSTING),
  text: (first) => `posted AS (
    INSERT INTO cash_transactions (${TRANSACTION_COLUMNS})
    SELECT ${TRANSACTION_COLUMNS}
    FROM ${rowsOf(TRANSACTION, { firstParameter: first })} WITH ORDINALITY AS entry (${TRANSACTION_COLUMNS}, position)
    ORDER BY position
    RETURNING id, number, currency, effective_at, posted_at
  ), sides AS (
    INSERT INTO cash_postings (transaction_number, ${insertColumns(OF_POSTING).join(', ')}, currency, effective_at, posted_at)
    SELECT posted.number, ${insertColumns(OF_POSTING)
      .map((name) => `side.${name}`)
      .join(', ')}, posted.currency,
      posted.effective_at, posted.posted_at
    FROM ${rowsOf(POSTING, { firstParameter: first + count(TRANSACTION) })} AS side (${insertColumns(POSTING).join(', ')})
    JOIN posted ON posted.id = side.transaction_id
  )`,
  values: ({ entries }) => [
    ...columnValues(
      TRANSACTION,
      entries.map(({ transaction }) => flatten(transaction)),
    ),
    ...columnValues(POSTING, entries.flatMap(postingsOf)),
  ],
};

const AMOUNTS: Part = {
  name: 'amounts',
  isWanted: ({ amounts }) => amounts.length > 0,
  parameterCount: count(AMOUNT),
  text: (first) => `changed AS (
    UPDATE cash_amounts a SET amount = c.amount, held = c.held, version = c.version
    FROM ${rowsOf(AMOUNT, { firstParameter: first })} AS c (${insertColumns(AMOUNT).join(', ')})
    WHERE a.id = c.id AND a.version = c.from_version AND a.held = c.from_held
    RETURNING a.id
  )`,
  values: ({ amounts }) =>
    columnValues(
      AMOUNT,
      amounts.map(({ before, after: { id, amount, held, version } }) => ({
        ...{ id, amount, held, version },
        fromVersion: before.version,
        fromHeld: before.held,
      })),
    ),
};

const OPENED: Part = {
  name: 'opened',
  isWanted: ({ openedHolds = [] }) => openedHolds.length > 0,
  parameterCount: count(OPENED_HOLD),
  text: (first) => `opened AS (${insertRows('cash_holds', OPENED_HOLD, { firstParameter: first })})`,
  values: ({ openedHolds = [] }) =>
    columnValues(
      OPENED_HOLD,
      openedHolds.map(({ source, target, ...hold }: Hold) => ({
        ...hold,
        sourceAmountId: source.amountId,
        targetAmountId: target.amountId,
      })),
    ),
};

const CLOSED: Part = {
  name: 'closed',
  isWanted: ({ closedHolds = [] }) => closedHolds.length > 0,
  parameterCount: count(CLOSED_HOLD),
  text: (first) => `closed AS (
    UPDATE cash_holds h
    SET status = c.status, captured = c.captured, transaction_id = c.transaction_id, closed_at = c.closed_at
    FROM ${rowsOf(CLOSED_HOLD, { firstParameter: first })} AS c (${insertColumns(CLOSED_HOLD).join(', ')})
    WHERE h.id = c.id AND h.status = 'open'
    RETURNING h.id
  )`,
  values: ({ closedHolds = [] }) => columnValues(CLOSED_HOLD, closedHolds),
};

const PARTS: readonly Part[] = [BATCH, ENTRIES, AMOUNTS, OPENED, CLOSED];

function statementOf(parts: readonly Part[]): Statement {
  let next = 1;
  const expressions = parts.map(({ text, parameterCount }) => {
    const first = next;
    next += parameterCount;
    return text(first);
  });
  const result = (part: Part, sql: string, otherwise: string): string =>
    parts.includes(part) ? sql : otherwise;
  return {
    name: ['cash_write', ...parts.map(({ name }) => name)].join('_'),
    text: `
      ${expressions.length === 0 ? '' : `WITH ${expressions.join(', ')}`}
      SELECT ${result(ENTRIES, '(SELECT json_object_agg(id, number::text) FROM posted)', 'NULL::json')} AS numbers,
        ${result(AMOUNTS, '(SELECT count(*)::int FROM changed)', '0')} AS changed,
        ${result(CLOSED, '(SELECT count(*)::int FROM closed)', '0')} AS closed`,
  };
}

const statements = new Map<string, Statement>();

/**
 * The statement for the changes that there are: PostgreSQL prepares a plan for every table that a statement names, even where it
 * gets no rows. One statement for all changes of a use case, so that the triggers see transactions and postings together.
 * The amounts are locked already; the statement still checks that they are as they were read.
 */
export function writeStatement(
  writing: LedgerWrite,
): Readonly<{ statement: Statement; values: readonly unknown[] }> {
  const parts = PARTS.filter(({ isWanted }) => isWanted(writing));
  const key = parts.map(({ name }) => name).join(' ');
  const statement = statements.get(key) ?? statementOf(parts);
  statements.set(key, statement);
  return { statement, values: parts.flatMap(({ values }) => values(writing)) };
}
