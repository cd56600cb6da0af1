import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import { dayOrInstant, id, instant, money } from '../../platform/http/requests/schemas.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { ReportBalances } from '../application/report-balances.js';
import type { ReportCashFlow } from '../application/report-cash-flow.js';
import type { ReportIncomeByOrigin } from '../application/report-income-by-origin.js';
import { INTERVALS, type Report } from '../application/report-points.js';
import type { ReportUnreconciled } from '../application/report-unreconciled.js';
import { eur } from './examples.js';

const tag = 'cash reports';

const range = {
  from: dayOrInstant
    .optional()
    .meta({ description: 'Default: the first day of the month eleven months before the month of `to`' }),
  to: dayOrInstant.optional().meta({ description: 'Exclusive. Default: now.' }),
};
const stocks = {
  ...range,
  interval: z.enum(INTERVALS).default('month'),
  realAccountId: id.optional(),
};

const reportView = z
  .object({
    series: z.array(
      z.object({
        name: z.string().meta({
          description: 'A currency other than that of the practice is added in brackets',
        }),
        points: z.array(z.object({ at: instant, amount: money })),
      }),
    ),
  })
  .meta({ id: 'Report' });

const toReportView = ({ at, series }: Report, practice: Practice): z.infer<typeof reportView> => ({
  series: series.map(({ name, currency, amounts }) => ({
    name: currency === practice.currency ? name : `${name} (${currency})`,
    points: at.map((instantAt, index) => ({
      at: instantAt.toISOString(),
      amount: makeMoney(amounts[index] ?? 0, currency),
    })),
  })),
});

const AT = ['2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'] as const;
const example = (
  given: Readonly<Record<string, string>>,
  ...series: readonly (readonly [name: string, first: number, second: number])[]
) => ({
  query: { from: '2026-10-01', to: '2026-12-01', ...given },
  reply: {
    series: series.map(([name, first, second]) => ({
      name,
      points: [
        { at: AT[0], amount: eur(first) },
        { at: AT[1], amount: eur(second) },
      ],
    })),
  },
});

export const reportRoutes = [
  defineRoute<{ reportBalances: ReportBalances; practice: Practice }>()({
    method: 'get',
    path: '/v1/cash/reports/balances',
    operationId: 'reportBalances',
    tag,
    summary: 'Balance of each envelope, for a stacked chart',
    description:
      'The balances of asset envelopes at `from`, at the beginning of each day or month, and at `to`, of everything that took effect before that instant. `realAccountId` counts only the money in that real account.',
    allow: 'staff',
    query: z.object(stocks),
    status: 200,
    reply: reportView,
    problems: ['report-too-long', 'sum-too-large'],
    example: example({ interval: 'month' }, ['Rent', 20_000, 80_000], ['Taxes', 60_000, 120_000]),
    handle: async ({ query }, { reportBalances, practice }) =>
      toReportView(await reportBalances(query), practice),
  }),
  defineRoute<{ reportCashFlow: ReportCashFlow; practice: Practice }>()({
    method: 'get',
    path: '/v1/cash/reports/cash-flow',
    operationId: 'reportCashFlow',
    tag,
    summary: 'Money received and spent, by month',
    description:
      'All real accounts except `external` ones, taken together: movements between them are left out. `out` is negative; `in` and `out` add up to the change of the balance. `at` is the beginning of the month.',
    allow: 'staff',
    query: z.object(range),
    status: 200,
    reply: reportView,
    problems: ['report-too-long', 'sum-too-large'],
    example: example({}, ['in', 800_000, 850_000], ['out', -700_000, -910_000]),
    handle: async ({ query }, { reportCashFlow, practice }) =>
      toReportView(await reportCashFlow(query), practice),
  }),
  defineRoute<{ reportIncomeByOrigin: ReportIncomeByOrigin; practice: Practice }>()({
    method: 'get',
    path: '/v1/cash/reports/income-by-origin',
    operationId: 'reportIncomeByOrigin',
    tag,
    summary: 'Income from the shop, the clinic and other sources, by month',
    description:
      'The change of the income accounts. A reversal or refund reduces the income from the source of its original, in the month of the reversal or refund.',
    allow: 'staff',
    query: z.object(range),
    status: 200,
    reply: reportView,
    problems: ['report-too-long', 'sum-too-large'],
    example: example({}, ['shop', 120_000, 140_000], ['clinic', 650_000, 640_000], ['other', 0, 5_000]),
    handle: async ({ query }, { reportIncomeByOrigin, practice }) =>
      toReportView(await reportIncomeByOrigin(query), practice),
  }),
  defineRoute<{ reportUnreconciled: ReportUnreconciled; practice: Practice }>()({
    method: 'get',
    path: '/v1/cash/reports/unreconciled',
    operationId: 'reportUnreconciled',
    tag,
    summary: 'Unmatched bank lines by age',
    description:
      'The sum of the absolute amounts of the lines that were unmatched at that time, by age: 0–7, 8–30, 31–90 and over 90 days.',
    allow: 'staff',
    query: z.object(stocks),
    status: 200,
    reply: reportView,
    problems: ['report-too-long', 'sum-too-large'],
    example: example({ interval: 'month' }, ['0-7 days', 12_000, 3_000], ['8-30 days', 0, 1_250]),
    handle: async ({ query }, { reportUnreconciled, practice }) =>
      toReportView(await reportUnreconciled(query), practice),
  }),
];
