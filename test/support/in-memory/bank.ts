import { toPage, type Page, type PageRequest } from '../../../src/kernel/page.js';
import type {
  BankLine,
  BankLineRepository,
  BankLineView,
  BankQueries,
  DayRange,
  Import,
  ImportRepository,
  Match,
  MatchRepository,
  Reconciliation,
  ReconciliationRepository,
  ReportQueries,
  Series,
} from '../../../src/cash/application/bank-ports.js';
import type { PostedTransaction } from '../../../src/cash/application/ports.js';
import { alreadyMatched } from '../../../src/cash/domain/errors.js';
import { isClosedDay } from '../../../src/cash/domain/period.js';
import { daysBetween } from '../../../src/cash/domain/suggestion.js';
import { makeAsync } from './adapters.js';
import type { Tables } from './cash.js';
import type { InMemoryStore } from './store.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const violates = (what: string): Error => new Error(`violates ${what}`);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Newest first by id, as in lists of append-only rows. */
function newestFirst<Row extends Readonly<{ id: string }>>(
  rows: readonly Row[],
  { limit, after }: PageRequest,
): Page<Row> {
  const [last] = after ?? [];
  const rest = rows
    .toSorted((a, b) => compare(b.id, a.id))
    .filter(({ id }) => last === undefined || id < String(last));
  return toPage(rest.slice(0, limit + 1), limit, ({ id }) => [id]);
}

/** Cash's ports for the bank, in memory. Reports are computed transaction by transaction, as an oracle for the SQL. */
export function makeBankAdapters(tables: Tables, store: InMemoryStore) {
  const imports = store.table<Import>('cash_imports');
  const lines = store.table<BankLine>('cash_bank_lines');
  const matches = store.table<Match>('cash_matches');
  const reconciliations = store.table<Reconciliation>('cash_reconciliations');

  const isLive = ({ removedAt }: Match): boolean => removedAt === null;
  const liveMatches = (): Match[] => matches.all().filter(isLive);
  const matchOf = (lineId: string): Match | undefined =>
    liveMatches().find(({ bankLineId }) => bankLineId === lineId);
  const isMatched = (realAccountId: string, transactionId: string): boolean =>
    liveMatches().some(
      (match) => match.realAccountId === realAccountId && match.transactionIds.includes(transactionId),
    );
  const amountIdsOf = (realAccountId: string) =>
    new Set(tables.amountsOf({ realAccountId }).map(({ id }) => id));
  const deltaOf = (realAccountId: string, transactionId: string): number =>
    sum(
      tables
        .postingsOf(amountIdsOf(realAccountId))
        .filter((posting) => posting.transactionId === transactionId)
        .map(({ delta }) => delta),
    );
  const assertOpen = (line: BankLine): void => {
    const account = tables.realAccounts.get(line.realAccountId);
    if (account === undefined || isClosedDay(line.bookedOn, account.closedThrough))
      throw violates('the closed period');
  };

  const bankImports: ImportRepository = {
    insert: makeAsync((of) => {
      imports.put(of);
    }),
  };

  function outcomes(given: readonly BankLine[], write: boolean) {
    const there = new Set(
      lines.all().map((line) => `${line.realAccountId} ${line.fingerprint} ${line.occurrence}`),
    );
    const closed: number[] = [];
    let added = 0;
    for (const [position, line] of given.entries()) {
      if (there.has(`${line.realAccountId} ${line.fingerprint} ${line.occurrence}`)) continue;
      const account = tables.realAccounts.get(line.realAccountId);
      if (account === undefined) throw violates('a reference');
      if (isClosedDay(line.bookedOn, account.closedThrough)) closed.push(position);
      else {
        added += 1;
        if (write) lines.put(line);
      }
    }
    return { added, closed, duplicates: given.length - added - closed.length };
  }
  const bankLines: BankLineRepository = {
    add: makeAsync((given) => outcomes(given, true)),
    compare: makeAsync((given) => outcomes(given, false)),
    find: makeAsync((id) => lines.get(id)),
    unmatchedThrough: makeAsync((realAccountId, through) => {
      const upTo = lines
        .all()
        .filter((line) => line.realAccountId === realAccountId && line.bookedOn <= through);
      return { lines: upTo.length, unmatched: upTo.filter(({ id }) => matchOf(id) === undefined).length };
    }),
  };

  const bankMatches: MatchRepository = {
    find: makeAsync((id) => matches.get(id)),
    holdsLine: makeAsync((id) => matchOf(id) !== undefined),
    movements: makeAsync((realAccountId, ids) =>
      [...new Set(ids)].flatMap((transactionId) =>
        tables.transactions.get(transactionId) === undefined
          ? []
          : [
              {
                transactionId,
                delta: deltaOf(realAccountId, transactionId),
                matched: isMatched(realAccountId, transactionId),
              },
            ],
      ),
    ),
    insert: makeAsync((match) => {
      const line = lines.get(match.bankLineId);
      if (line === undefined) throw violates('a reference');
      assertOpen(line);
      if (matchOf(line.id) !== undefined) throw alreadyMatched({ bankLineId: line.id });
      if (match.transactionIds.some((id) => isMatched(match.realAccountId, id)))
        throw alreadyMatched({ transactionId: match.transactionIds[0] ?? '' });
      if (sum(match.transactionIds.map((id) => deltaOf(match.realAccountId, id))) !== line.amount)
        throw violates('the sum of a match');
      matches.put({ ...match, transactionIds: match.transactionIds.toSorted(compare) });
    }),
    remove: makeAsync((match) => {
      const stored = matches.get(match.id);
      const line = lines.get(match.bankLineId);
      if (stored?.removedAt !== null || line === undefined) throw violates('the lock of a match');
      assertOpen(line);
      matches.put(match);
    }),
  };

  const reconciliationRepository: ReconciliationRepository = {
    insert: makeAsync((reconciliation) => {
      reconciliations.put(reconciliation);
    }),
    latest: makeAsync((realAccountId) =>
      reconciliations
        .all()
        .filter((each) => each.realAccountId === realAccountId)
        .toSorted((a, b) => compare(b.through, a.through) || compare(b.id, a.id))
        .at(0),
    ),
    openHolds: makeAsync(
      (realAccountId, before) =>
        tables.holds
          .all()
          .filter(
            ({ source, status, createdAt }) =>
              source.realAccountId === realAccountId && status === 'open' && createdAt < before,
          ).length,
    ),
  };

  /** No name is known here, because identity's view is not part of the store. */
  const toView = ({ fingerprint: _, ...line }: BankLine): BankLineView => {
    const match = matchOf(line.id);
    return {
      ...line,
      match: match
        ? { id: match.id, transactionIds: match.transactionIds, matchedAt: match.matchedAt, matchedBy: null }
        : null,
    };
  };
  const inRange =
    ({ from, to }: DayRange) =>
    ({ bookedOn }: BankLine): boolean =>
      (from === null || bookedOn >= from) && (to === null || bookedOn < to);

  const bankQueries: BankQueries = {
    bankLine: makeAsync((id) => {
      const line = lines.get(id);
      return line && toView(line);
    }),
    bankLines: makeAsync(({ realAccountId, matched, ...range }, { limit, after }) => {
      const [day, id] = (after ?? []) as string[];
      const rows = lines
        .all()
        .filter(inRange(range))
        .filter((line) => realAccountId === undefined || line.realAccountId === realAccountId)
        .filter((line) => matched === undefined || matched === (matchOf(line.id) !== undefined))
        .toSorted((a, b) => compare(b.bookedOn, a.bookedOn) || compare(b.id, a.id))
        .filter(
          (line) =>
            day === undefined || line.bookedOn < day || (line.bookedOn === day && line.id < (id ?? '')),
        );
      return toPage(rows.slice(0, limit + 1).map(toView), limit, (line) => [line.bookedOn, line.id]);
    }),
    bankStatement: makeAsync((realAccountId, range, limit) => {
      const account = tables.realAccounts.get(realAccountId);
      if (account === undefined) return undefined;
      const rows = lines
        .all()
        .filter((line) => line.realAccountId === realAccountId)
        .filter(inRange(range))
        .toSorted(
          (a, b) =>
            compare(a.bookedOn, b.bookedOn) ||
            compare(a.fingerprint, b.fingerprint) ||
            a.occurrence - b.occurrence,
        );
      return { currency: account.currency, lines: rows.slice(0, limit) };
    }),
    candidates: makeAsync(({ realAccountId, amount }, { from, to, around }, limit) =>
      tables.transactions
        .all()
        .filter(({ effectiveAt }) => effectiveAt >= from && effectiveAt < to)
        .map((transaction) => ({ transaction, delta: deltaOf(realAccountId, transaction.id) }))
        .filter(
          ({ transaction: { id }, delta }) =>
            Math.sign(delta) === Math.sign(amount) &&
            Math.abs(delta) <= Math.abs(amount) &&
            !isMatched(realAccountId, id) &&
            !tables.transactions.all().some(({ reversalOf }) => reversalOf === id),
        )
        .toSorted(
          (a, b) =>
            Math.abs(a.transaction.effectiveAt.getTime() - around.getTime()) -
              Math.abs(b.transaction.effectiveAt.getTime() - around.getTime()) ||
            compare(a.transaction.id, b.transaction.id),
        )
        .slice(0, limit)
        .map(({ transaction: { id, description, effectiveAt }, delta }) => ({
          transactionId: id,
          delta,
          description,
          effectiveAt,
          payerName: null,
        })),
    ),
    reconciliations: makeAsync((realAccountId, page) =>
      newestFirst(
        reconciliations.all().filter((each) => each.realAccountId === realAccountId),
        page,
      ),
    ),
    periods: makeAsync((realAccountId, page) => {
      const rows = tables.periods.all().filter((period) => period.realAccountId === realAccountId);
      const { items, next } = newestFirst(rows, page);
      return {
        next,
        items: items.map(({ id, period, startsAt, endsAt, closedAt }) => {
          const reopening = tables.reopenings.all().find(({ periodId }) => periodId === id);
          return {
            ...{ id, realAccountId, period, startsAt, endsAt, closedAt, closedBy: null },
            reopened: reopening ? { at: reopening.reopenedAt, by: null, reason: reopening.reason } : null,
          };
        }),
      };
    }),
  };

  const within = (bounds: readonly Date[], index: number) => (at: Date) =>
    at >= bounds[index]! && at < bounds[index + 1]!;
  const gaps = (bounds: readonly Date[]): number[] => bounds.slice(0, -1).map((_, index) => index);
  const byCurrency = (rows: readonly Readonly<{ currency: string }>[]): string[] =>
    [...new Set(rows.map(({ currency }) => currency))].toSorted(compare);

  function originOf(transaction: PostedTransaction): string {
    if (transaction.origin !== null)
      return { order: 'shop', appointment: 'clinic' }[transaction.origin.type] ?? 'other';
    const original = transaction.reversalOf ?? transaction.refundOf;
    const found = original === null ? undefined : tables.transactions.get(original);
    return found === undefined ? 'other' : originOf(found);
  }

  const reportQueries: ReportQueries = {
    balances: makeAsync((before, realAccountId) =>
      tables.accounts
        .all()
        .filter(({ type }) => type === 'asset')
        .flatMap((account): Series[] => {
          const ids = tables
            .amountsOf({ accountId: account.id })
            .filter((amount) => realAccountId === undefined || amount.realAccountId === realAccountId)
            .map(({ id }) => id);
          const postings = tables.postingsOf(new Set(ids));
          if (postings.length === 0) return [];
          const home = tables.realAccounts.get(account.realAccountId)?.name ?? '';
          return [
            {
              name: account.isDefault ? `${home}: ${account.name}` : account.name,
              currency: account.currency,
              amounts: before.map((at) =>
                sum(postings.filter(({ effectiveAt }) => effectiveAt < at).map(({ delta }) => delta)),
              ),
            },
          ];
        }),
    ),
    cashFlow: makeAsync((bounds) => {
      const own = new Set(
        tables.realAccounts
          .all()
          .filter(({ kind }) => kind !== 'external')
          .map(({ id }) => id),
      );
      const moved = tables.transactions
        .all()
        .map(({ source, target, amount, currency, effectiveAt }) => ({
          currency,
          effectiveAt,
          delta: (own.has(target.realAccountId) ? amount : 0) - (own.has(source.realAccountId) ? amount : 0),
        }))
        .filter(
          ({ delta, effectiveAt }) =>
            delta !== 0 && effectiveAt >= bounds[0]! && effectiveAt < bounds.at(-1)!,
        );
      return byCurrency(moved).flatMap((currency) =>
        (
          [
            ['in', 1],
            ['out', -1],
          ] as const
        ).map(([name, sign]) => ({
          name,
          currency,
          amounts: gaps(bounds).map((index) =>
            sum(
              moved
                .filter((row) => row.currency === currency && Math.sign(row.delta) === sign)
                .filter(({ effectiveAt }) => within(bounds, index)(effectiveAt))
                .map(({ delta }) => delta),
            ),
          ),
        })),
      );
    }),
    incomeByOrigin: makeAsync((bounds) => {
      const income = new Set(
        tables.accounts
          .all()
          .filter(({ type }) => type === 'income')
          .map(({ id }) => id),
      );
      const earned = tables.transactions
        .all()
        .flatMap((transaction) => {
          const { source, target, amount, currency, effectiveAt } = transaction;
          const name = originOf(transaction);
          return [
            ...(income.has(source.accountId) ? [{ name, currency, effectiveAt, amount }] : []),
            ...(income.has(target.accountId) ? [{ name, currency, effectiveAt, amount: -amount }] : []),
          ];
        })
        .filter(({ effectiveAt }) => effectiveAt >= bounds[0]! && effectiveAt < bounds.at(-1)!);
      return byCurrency(earned).flatMap((currency) =>
        ['shop', 'clinic', 'other'].map((name) => ({
          name,
          currency,
          amounts: gaps(bounds).map((index) =>
            sum(
              earned
                .filter((row) => row.currency === currency && row.name === name)
                .filter(({ effectiveAt }) => within(bounds, index)(effectiveAt))
                .map(({ amount }) => amount),
            ),
          ),
        })),
      );
    }),
    unreconciled: makeAsync((points, realAccountId) => {
      const known = lines
        .all()
        .filter((line) => realAccountId === undefined || line.realAccountId === realAccountId);
      const bands = [
        ['0-7 days', 0, 7],
        ['8-30 days', 8, 30],
        ['31-90 days', 31, 90],
        ['over 90 days', 91, Infinity],
      ] as const;
      const wasMatched = (line: BankLine, at: Date): boolean =>
        matches
          .all()
          .some(
            ({ bankLineId, matchedAt, removedAt }) =>
              bankLineId === line.id && matchedAt < at && (removedAt === null || removedAt >= at),
          );
      return byCurrency(known).flatMap((currency) =>
        bands.map(([name, youngest, oldest]) => ({
          name,
          currency,
          amounts: points.map(({ at, day }) =>
            sum(
              known
                .filter((line) => line.currency === currency && line.bookedOn <= day)
                .filter((line) => {
                  const age = daysBetween(line.bookedOn, day);
                  return age >= youngest && age <= oldest && !wasMatched(line, at);
                })
                .map(({ amount }) => Math.abs(amount)),
            ),
          ),
        })),
      );
    }),
  };

  return {
    bankImports,
    bankLines,
    bankMatches,
    reconciliations: reconciliationRepository,
    bankQueries,
    reportQueries,
  };
}
