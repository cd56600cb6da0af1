import { z } from 'zod';
import { instantIn, trimmedText } from '../../platform/http/requests/schemas.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { ClosePeriod } from '../application/close-period.js';
import type { ReopenPeriod } from '../application/reopen-period.js';
import { isPeriod, type CashIntegrity, type AmountScope } from '../application/ports.js';
import type { ListPeriods } from '../application/list-periods.js';
import type { ViewBalance } from '../application/view-balance.js';
import type { ViewStatement } from '../application/view-statement.js';
import { BANK, eur, examplePeriod, exampleStatement, PERIOD, REPAIRS, SOMEBODY } from './examples.js';
import {
  axis,
  balanceView,
  statementAlternatives,
  statementView,
  toBalanceView,
  toStatementView,
} from './balance-schemas.js';
import { integrityView } from './integrity-schemas.js';
import { periodHistoryView, periodView, toPeriodHistoryView, toPeriodView } from './period-schemas.js';
import { byId, range } from './schemas.js';

const tag = 'cash accounts';

const period = z
  .string()
  .refine(isPeriod)
  .meta({ openapi: { type: 'string', pattern: '^[12]\\d{3}-(0[1-9]|1[0-2])$', description: 'A month' } });

/** The routes that accounts and real accounts have in common. */
const scopes = [
  {
    what: 'an account',
    path: '/v1/cash/accounts/{id}',
    suffix: 'Account',
    id: REPAIRS,
    toScope: (id: string): AmountScope => ({ accountId: id }),
  },
  {
    what: 'a real account',
    path: '/v1/cash/real-accounts/{id}',
    suffix: 'RealAccount',
    id: BANK,
    toScope: (id: string): AmountScope => ({ realAccountId: id }),
  },
] as const;

const questions = scopes.flatMap(({ what, path, suffix, id, toScope }) => [
  defineRoute<{ viewBalance: ViewBalance }>()({
    method: 'get',
    path: `${path}/balance`,
    operationId: `getBalanceOf${suffix}`,
    tag,
    summary: `The balance of ${what} at any time`,
    description:
      '`effective` counts transactions by `effectiveAt`, as known now; `recorded` counts them by `postedAt`. `at` is inclusive; the default is now.',
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
    handle: async ({ params, query }, { viewBalance }) =>
      toBalanceView(await viewBalance({ scope: toScope(params.id), ...query })),
  }),
  defineRoute<{ viewStatement: ViewStatement }>()({
    method: 'get',
    path: `${path}/statement`,
    operationId: `getStatementOf${suffix}`,
    tag,
    summary: `The statement of ${what}, with a running balance`,
    description:
      'Ordered by `effectiveAt`; movements within the account are left out. `from` is inclusive (default: the beginning), `to` exclusive (default: now). `Accept: text/csv` returns comma-separated values (RFC 4180) with amounts in the main unit; texts that a spreadsheet would run as formulas are escaped.',
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
    handle: async ({ params, query }, { viewStatement }) =>
      toStatementView(await viewStatement({ scope: toScope(params.id), ...query })),
  }),
]);

export const booksRoutes = [
  ...questions,
  defineRoute<{ closePeriod: ClosePeriod }>()({
    method: 'post',
    path: '/v1/cash/real-accounts/{id}/periods/{period}/close',
    operationId: 'closePeriod',
    tag,
    summary: 'Close a month of a real account',
    description:
      'After the closing, no transaction takes effect in that month or before, no bank line is added to it, and none of its matches changes. Months begin and end in the time zone of the practice; months with postings are closed in order. If bank statements are imported, every line must be matched, no hold may be open, and a reconciliation must cover the last day.',
    allow: 'admin',
    params: byId.extend({ period }),
    status: 200,
    reply: periodView,
    problems: [
      'period-closed',
      'period-not-over',
      'earlier-period-open',
      'period-not-ready',
      'sum-too-large',
    ],
    example: { params: { id: BANK, period: '2026-10' }, reply: examplePeriod },
    handle: async ({ params, actor }, { closePeriod }) =>
      toPeriodView(
        await closePeriod({ realAccountId: params.id, period: params.period, closedBy: actor.userId }),
      ),
  }),
  defineRoute<{ reopenPeriod: ReopenPeriod }>()({
    method: 'post',
    path: '/v1/cash/real-accounts/{id}/periods/{period}/reopen',
    operationId: 'reopenPeriod',
    tag,
    summary: 'Reopen the last closed month',
    description:
      'The closing and the reopening are kept as history, with user and reason. Earlier months that were closed together with it are reopened too.',
    allow: 'admin',
    params: byId.extend({ period }),
    body: z.strictObject({ reason: trimmedText({ min: 1, max: 500 }) }),
    status: 200,
    reply: periodView,
    problems: ['period-not-last-closed', 'sum-too-large'],
    example: {
      params: { id: BANK, period: '2026-10' },
      body: { reason: 'An invoice of October was found' },
      reply: examplePeriod,
    },
    handle: async ({ params, body, actor }, { reopenPeriod }) => {
      const { period: reopened } = await reopenPeriod({
        realAccountId: params.id,
        period: params.period,
        reason: body.reason,
        reopenedBy: actor.userId,
      });
      return toPeriodView(reopened);
    },
  }),
  defineRoute<{ listPeriods: ListPeriods }>()({
    method: 'get',
    path: '/v1/cash/real-accounts/{id}/periods',
    operationId: 'listPeriods',
    tag,
    summary: 'List the closings and reopenings of months',
    description: 'Last closing first. A month is closed while its last closing has not been reopened.',
    allow: 'staff',
    params: byId,
    status: 200,
    items: periodHistoryView,
    problems: ['sum-too-large'],
    example: {
      params: { id: BANK },
      reply: {
        items: [{ id: PERIOD, ...examplePeriod, closedBy: SOMEBODY, reopened: null }],
        nextCursor: null,
      },
    },
    handle: async ({ params, page }, { listPeriods }) => {
      const { items, next } = await listPeriods({ realAccountId: params.id, page });
      return { items: items.map(toPeriodHistoryView), next };
    },
  }),
  defineRoute<{ cashIntegrity: CashIntegrity }>()({
    method: 'get',
    path: '/v1/cash/integrity',
    operationId: 'checkCashIntegrity',
    tag,
    summary: 'Check the integrity of the books',
    description: 'Checks every rule of the ledger on all stored rows, in one snapshot of the database.',
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
