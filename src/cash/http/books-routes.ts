import { z } from 'zod';
import { instantIn } from '../../platform/http/schemas.js';
import { defineRoute } from '../../platform/http/route.js';
import type { ClosePeriod } from '../application/close-period.js';
import { isPeriod, type CashIntegrity, type Whole } from '../application/ports.js';
import type { ReadBooks } from '../application/read-books.js';
import { BANK, eur, exampleStatement, REPAIRS } from './examples.js';
import {
  axis,
  balanceView,
  byId,
  integrityView,
  periodView,
  range,
  statementAlternatives,
  statementView,
  toBalanceView,
  toPeriodView,
  toStatementView,
} from './schemas.js';

const tag = 'cash accounts';

const period = z
  .string()
  .refine(isPeriod)
  .meta({ openapi: { type: 'string', pattern: '^[12]\\d{3}-(0[1-9]|1[0-2])$', description: 'A month' } });

/** An account and a real account are asked the same questions. */
const wholes = [
  {
    what: 'an account',
    path: '/v1/cash/accounts/{id}',
    suffix: 'Account',
    id: REPAIRS,
    toWhole: (id: string): Whole => ({ accountId: id }),
  },
  {
    what: 'a real account',
    path: '/v1/cash/real-accounts/{id}',
    suffix: 'RealAccount',
    id: BANK,
    toWhole: (id: string): Whole => ({ realAccountId: id }),
  },
] as const;

const questions = wholes.flatMap(({ what, path, suffix, id, toWhole }) => [
  defineRoute<{ readBooks: ReadBooks }>()({
    method: 'get',
    path: `${path}/balance`,
    operationId: `getBalanceOf${suffix}`,
    tag,
    summary: `The balance of ${what} at any time`,
    description:
      '`effective` counts what had happened by then, as far as is known now; `recorded` counts what was in the books then. `at` is inclusive; now without it.',
    allow: 'staff',
    params: byId,
    query: z.object({ at: instantIn.optional(), axis: axis.default('effective') }),
    status: 200,
    reply: balanceView,
    problems: ['sum-too-large'],
    example: {
      params: { id },
      query: { at: '2026-11-21T09:00:00Z', axis: 'effective' },
      reply: {
        balance: eur(80_000),
        held: eur(20_000),
        available: eur(60_000),
        at: '2026-11-21T09:00:00.000Z',
        axis: 'effective',
      },
    },
    handle: async ({ params, query }, { readBooks }) =>
      toBalanceView(await readBooks.balance(toWhole(params.id), query)),
  }),
  defineRoute<{ readBooks: ReadBooks }>()({
    method: 'get',
    path: `${path}/statement`,
    operationId: `getStatementOf${suffix}`,
    tag,
    summary: `The statement of ${what}, with a running balance`,
    description:
      'Ordered by `effectiveAt`; what moves within it is left out. From the beginning and up to now unless `from` (inclusive) and `to` (exclusive) say otherwise. With `Accept: text/csv` as comma-separated values (RFC 4180), amounts in the main unit, and nothing in it that a spreadsheet would run.',
    allow: 'staff',
    params: byId,
    query: z.object(range),
    status: 200,
    reply: statementView,
    alternatives: statementAlternatives,
    problems: ['statement-too-long', 'sum-too-large'],
    example: {
      params: { id },
      query: { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' },
      reply: exampleStatement,
    },
    handle: async ({ params, query }, { readBooks }) =>
      toStatementView(await readBooks.statement(toWhole(params.id), query)),
  }),
]);

export const booksRoutes = [
  ...questions,
  defineRoute<{ closePeriod: ClosePeriod }>()({
    method: 'post',
    path: '/v1/cash/real-accounts/{id}/periods/{period}/close',
    operationId: 'closePeriod',
    tag,
    summary: 'Close a month of a real account, for good',
    description:
      'From then on nothing takes effect in that month or before. Months are those of the time zone of the practice; those with postings are closed one after the other.',
    allow: 'admin',
    params: byId.extend({ period }),
    status: 200,
    reply: periodView,
    problems: ['period-closed', 'period-not-over', 'earlier-period-open'],
    example: {
      params: { id: BANK, period: '2026-10' },
      reply: {
        realAccountId: BANK,
        period: '2026-10',
        startsAt: '2026-09-30T22:00:00.000Z',
        endsAt: '2026-10-31T23:00:00.000Z',
        closedAt: '2026-11-21T09:00:00.000Z',
      },
    },
    handle: async ({ params, actor }, { closePeriod }) =>
      toPeriodView(
        await closePeriod({ realAccountId: params.id, period: params.period, closedBy: actor.userId }),
      ),
  }),
  defineRoute<{ cashIntegrity: CashIntegrity }>()({
    method: 'get',
    path: '/v1/cash/integrity',
    operationId: 'checkCashIntegrity',
    tag,
    summary: 'Do the books add up?',
    description: 'Every rule of the ledger, computed now over everything stored, in one snapshot.',
    allow: 'admin',
    status: 200,
    reply: integrityView,
    example: { reply: { ok: true, checks: [{ name: 'postings-sum-to-zero', ok: true, broken: [] }] } },
    handle: async (_, { cashIntegrity }) => {
      const checks = (await cashIntegrity.check()).map(({ broken, ...check }) => ({
        ...check,
        broken: [...broken],
      }));
      return { ok: checks.every(({ ok }) => ok), checks };
    },
  }),
];
