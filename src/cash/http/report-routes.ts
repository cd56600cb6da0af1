import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import type { Practice } from '../../kernel/practice.js';
import { dayOrInstant, id, instant, money } from '../../platform/http/requests/schemas.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import { INTERVALS, type ReadReports, type Report } from '../application/read-reports.js';
import { eur } from './examples.js';

const tag = 'cash reports';

const range = {
  from: dayOrInstant.optional().meta({ description: 'Eleven months before the month of `to` unless given' }),
  to: dayOrInstant.optional().meta({ description: 'Exclusive; now unless given' }),
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
          description: 'In another currency than that of the practice, the currency follows in brackets',
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

type Deps = Readonly<{ readReports: ReadReports; practice: Practice }>;

export const reportRoutes = [
  defineRoute<Deps>()({
    method: 'get',
    path: '/v1/cash/reports/balances',
    operationId: 'reportBalances',
    tag,
    summary: 'Balance of each envelope, for a stacked chart',
    description:
      'Asset envelopes, at `from`, where each day or month begins, and at `to`: everything that took effect before that instant. `realAccountId` counts only what lies there.',
    allow: 'staff',
    query: z.object(stocks),
    status: 200,
    reply: reportView,
    problems: ['report-too-long', 'sum-too-large'],
    example: example({ interval: 'month' }, ['Rent', 20_000, 80_000], ['Taxes', 60_000, 120_000]),
    handle: async ({ query }, { readReports, practice }) =>
      toReportView(await readReports.balances(query), practice),
  }),
  defineRoute<Deps>()({
    method: 'get',
    path: '/v1/cash/reports/cash-flow',
    operationId: 'reportCashFlow',
    tag,
    summary: 'Money received and spent, by month',
    description:
      'Of all real accounts but the world outside, taken together: what moves among them is left out. `out` is negative; the two add up to what the balance changed by. `at` is where the month begins.',
    allow: 'staff',
    query: z.object(range),
    status: 200,
    reply: reportView,
    problems: ['report-too-long', 'sum-too-large'],
    example: example({}, ['in', 800_000, 850_000], ['out', -700_000, -910_000]),
    handle: async ({ query }, { readReports, practice }) =>
      toReportView(await readReports.cashFlow(query), practice),
  }),
  defineRoute<Deps>()({
    method: 'get',
    path: '/v1/cash/reports/income-by-origin',
    operationId: 'reportIncomeByOrigin',
    tag,
    summary: 'Income from the shop, the clinic and other sources, by month',
    description:
      'The change of income accounts. What is reversed or refunded counts against where it came from, in the month it is given back.',
    allow: 'staff',
    query: z.object(range),
    status: 200,
    reply: reportView,
    problems: ['report-too-long', 'sum-too-large'],
    example: example({}, ['shop', 120_000, 140_000], ['clinic', 650_000, 640_000], ['other', 0, 5_000]),
    handle: async ({ query }, { readReports, practice }) =>
      toReportView(await readReports.incomeByOrigin(query), practice),
  }),
  defineRoute<Deps>()({
    method: 'get',
    path: '/v1/cash/reports/unreconciled',
    operationId: 'reportUnreconciled',
    tag,
    summary: 'Lines of the bank without a match, by their age',
    description:
      'The sum of the amounts without sign, of lines that were in no match at that time: 0–7, 8–30, 31–90 and over 90 days old.',
    allow: 'staff',
    query: z.object(stocks),
    status: 200,
    reply: reportView,
    problems: ['report-too-long', 'sum-too-large'],
    example: example({ interval: 'month' }, ['0-7 days', 12_000, 3_000], ['8-30 days', 0, 1_250]),
    handle: async ({ query }, { readReports, practice }) =>
      toReportView(await readReports.unreconciled(query), practice),
  }),
];
