import { z } from 'zod';
import { dayOrInstant, flag, id, moneyIn } from '../../platform/http/requests/schemas.js';
import { defineRoute, repliedWith } from '../../platform/http/routing/route.js';
import { IMPORT_PROFILE_NAMES, isCalendarDay, MOST_TRANSACTIONS } from '../application/bank-ports.js';
import type { ImportBankLines } from '../application/import-bank-lines.js';
import type { MatchBankLine } from '../application/match-bank-line.js';
import type { UnmatchBankLine } from '../application/unmatch-bank-line.js';
import type { Reconcile } from '../application/reconcile.js';
import type { ListBankLines } from '../application/list-bank-lines.js';
import type { ListReconciliations } from '../application/list-reconciliations.js';
import type { SuggestMatches } from '../application/suggest-matches.js';
import type { ViewBankLine } from '../application/view-bank-line.js';
import type { ViewBankStatement } from '../application/view-bank-statement.js';
import {
  bankLineView,
  bankStatementAlternatives,
  bankStatementView,
  importView,
  matchView,
  reconciliationView,
  suggestionsView,
  toBankLineView,
  toBankStatementView,
  toImportView,
  toMatchView,
  toReconciliationView,
  toSuggestionsView,
} from './bank-schemas.js';
import {
  BANK,
  BANK_LINE,
  eur,
  exampleBankLine,
  exampleCsv,
  exampleMatch,
  exampleReconciliation,
  IMPORT,
  MATCH,
  REPAIRS,
  TRANSACTION,
} from './examples.js';
import { byId, description } from './schemas.js';

const tag = 'cash bank';

const LARGEST_STATEMENT_BYTES = 20_000_000;
/** An import takes seconds of CPU and holds a database connection while it stores lines. */
const IMPORT_QUEUE = { atWork: 2, waiting: 8 };

const range = { from: dayOrInstant.optional(), to: dayOrInstant.optional() };

const day = z
  .string()
  .refine(isCalendarDay, { error: 'is no day from 1900 to 2199' })
  .meta({ openapi: { type: 'string', format: 'date', description: 'A day of the practice, `yyyy-mm-dd`' } });

const { match: _, ...exampleStatementLine } = exampleBankLine;

export const bankRoutes = [
  defineRoute<{ importBankLines: ImportBankLines }>()({
    method: 'post',
    path: '/v1/cash/real-accounts/{id}/imports',
    operationId: 'importBankLines',
    tag,
    summary: 'Import a statement of the bank',
    description:
      'Each readable row becomes a bank line; `rejected` lists the other rows with their lines in the file. A line is added once, even if the file is imported again or overlaps another file: the k-th of several equal rows of a file is the k-th equal line of the account. A file that is not a statement changes nothing. `profile` names the format of the file; UTF-8 is detected. Two imports run at a time and eight more wait; further ones are answered with 503 `unavailable`.',
    allow: 'staff',
    params: byId,
    query: z.object({
      profile: z.enum(IMPORT_PROFILE_NAMES).default('generic'),
      dryRun: flag
        .optional()
        .meta({ description: 'Returns the result of the import without storing anything' }),
    }),
    upload: { contentType: 'text/csv', limitBytes: LARGEST_STATEMENT_BYTES, queue: IMPORT_QUEUE },
    idempotency: 'required',
    status: 201,
    alsoStatus: [200],
    reply: importView,
    problems: ['invalid-file', 'sum-too-large'],
    example: {
      params: { id: BANK },
      query: { profile: 'generic' },
      body: exampleCsv,
      reply: {
        importId: IMPORT,
        dryRun: false,
        profile: 'generic',
        new: 2,
        duplicates: 0,
        rejectedRows: 0,
        rejected: [],
      },
    },
    handle: async ({ params, query, upload, actor }, { importBankLines }) => {
      const result = await importBankLines({
        realAccountId: params.id,
        profile: query.profile,
        file: upload,
        dryRun: query.dryRun ?? false,
        importedBy: actor.userId,
      });
      return result.dryRun ? repliedWith(200, toImportView(result)) : toImportView(result);
    },
  }),
  defineRoute<{ listBankLines: ListBankLines }>()({
    method: 'get',
    path: '/v1/cash/bank-lines',
    operationId: 'listBankLines',
    tag,
    summary: 'List bank lines, last booked first',
    allow: 'staff',
    query: z.object({ realAccountId: id.optional(), ...range, matched: flag.optional() }),
    status: 200,
    items: bankLineView,
    example: { query: { from: '2026-11-01' }, reply: { items: [exampleBankLine], nextCursor: null } },
    handle: async ({ query, page }, { listBankLines }) => {
      const { items, next } = await listBankLines({ filter: query, page });
      return { items: items.map(toBankLineView), next };
    },
  }),
  defineRoute<{ viewBankLine: ViewBankLine }>()({
    method: 'get',
    path: '/v1/cash/bank-lines/{id}',
    operationId: 'getBankLine',
    tag,
    summary: 'Get a bank line',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: bankLineView,
    example: { params: { id: BANK_LINE }, reply: exampleBankLine },
    handle: async ({ params }, { viewBankLine }) =>
      toBankLineView(await viewBankLine({ bankLineId: params.id })),
  }),
  defineRoute<{ viewBankStatement: ViewBankStatement }>()({
    method: 'get',
    path: '/v1/cash/real-accounts/{id}/bank-statement',
    operationId: 'getBankStatement',
    tag,
    summary: 'Get bank lines as one statement, first booked first',
    description:
      'With `Accept: text/csv` as comma-separated values (RFC 4180), which the profile `praxis` reads again.',
    allow: 'staff',
    params: byId,
    query: z.object(range),
    status: 200,
    reply: bankStatementView,
    alternatives: bankStatementAlternatives,
    problems: ['statement-too-long'],
    example: {
      params: { id: BANK },
      query: { from: '2026-11-01', to: '2026-12-01' },
      reply: { from: '2026-11-01', to: '2026-12-01', lines: [exampleStatementLine] },
    },
    handle: async ({ params, query }, { viewBankStatement }) =>
      toBankStatementView(await viewBankStatement({ realAccountId: params.id, ...query })),
  }),
  defineRoute<{ suggestMatches: SuggestMatches }>()({
    method: 'get',
    path: '/v1/cash/bank-lines/{id}/suggestions',
    operationId: 'suggestMatches',
    tag,
    summary: 'Suggest transactions for a bank line, the most likely first',
    description:
      'At most ten suggestions: single transactions, and sets of up to five that add up to the line. `reasons` explains each one: the same `amount`, a `number` (of an order) or the `name` of the payer in the text of the line, other `words` of the description, or a `day` close to that of the line.',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: suggestionsView,
    example: {
      params: { id: BANK_LINE },
      reply: {
        items: [
          {
            score: 100,
            reasons: ['amount', 'number', 'name', 'day'],
            amount: eur(4_990),
            transactions: [
              {
                id: TRANSACTION,
                amount: eur(4_990),
                description: 'Order 1042',
                effectiveAt: '2026-11-20T09:00:00.000Z',
              },
            ],
          },
        ],
      },
    },
    handle: async ({ params }, { suggestMatches }) =>
      toSuggestionsView(await suggestMatches({ bankLineId: params.id })),
  }),
  defineRoute<{ matchBankLine: MatchBankLine }>()({
    method: 'post',
    path: '/v1/cash/bank-lines/{id}/matches',
    operationId: 'matchBankLine',
    tag,
    summary: 'Match a bank line with transactions',
    description:
      'One or several transactions whose sum in the real account of the line is the amount of the line. A line has at most one match, and a transaction is matched at most once in each real account.',
    allow: 'staff',
    params: byId,
    body: z.strictObject({ transactionIds: z.array(id).min(1).max(MOST_TRANSACTIONS) }),
    status: 201,
    reply: matchView,
    problems: ['amounts-differ', 'already-matched', 'period-closed'],
    example: {
      params: { id: BANK_LINE },
      body: { transactionIds: [TRANSACTION] },
      reply: exampleMatch,
    },
    handle: async ({ params, body, actor }, { matchBankLine }) =>
      toMatchView(
        await matchBankLine({
          bankLineId: params.id,
          transactionIds: body.transactionIds,
          matchedBy: actor.userId,
        }),
      ),
  }),
  defineRoute<{ unmatchBankLine: UnmatchBankLine }>()({
    method: 'delete',
    path: '/v1/cash/bank-lines/{id}/matches/{matchId}',
    operationId: 'unmatchBankLine',
    tag,
    summary: 'Remove a match',
    description: 'The match is kept as history, with the user who removed it.',
    allow: 'staff',
    params: byId.extend({ matchId: id }),
    status: 204,
    problems: ['period-closed'],
    example: { params: { id: BANK_LINE, matchId: MATCH } },
    handle: ({ params, actor }, { unmatchBankLine }) =>
      unmatchBankLine({ bankLineId: params.id, matchId: params.matchId, removedBy: actor.userId }),
  }),
  defineRoute<{ reconcile: Reconcile }>()({
    method: 'post',
    path: '/v1/cash/real-accounts/{id}/reconciliations',
    operationId: 'reconcile',
    tag,
    summary: 'Record that the books agree with the bank at the end of a day',
    description:
      'The balance in the books must equal the closing balance, and every line up to that day must be matched. With `adjustment` a difference is not refused but posted on that day, between the default envelope of the real account and the named account.',
    allow: 'admin',
    params: byId,
    body: z.strictObject({
      to: day,
      closingBalance: moneyIn,
      adjustment: z
        .strictObject({ accountId: id.meta({ description: 'In another real account' }), description })
        .optional(),
    }),
    status: 201,
    reply: reconciliationView,
    problems: [
      'bank-lines-unmatched',
      'difference-not-zero',
      'owned-account',
      'currency-mismatch',
      'insufficient-funds',
      'period-closed',
      'account-archived',
      'same-amount',
      'sum-too-large',
    ],
    example: {
      params: { id: BANK },
      body: {
        to: '2026-10-31',
        closingBalance: eur(1_250_000),
        adjustment: { accountId: REPAIRS, description: 'Counted 0.50 too little' },
      },
      reply: exampleReconciliation,
    },
    handle: async ({ params, body: { to, ...body }, actor }, { reconcile }) =>
      toReconciliationView(
        await reconcile({ realAccountId: params.id, through: to, ...body, reconciledBy: actor.userId }),
      ),
  }),
  defineRoute<{ listReconciliations: ListReconciliations }>()({
    method: 'get',
    path: '/v1/cash/real-accounts/{id}/reconciliations',
    operationId: 'listReconciliations',
    tag,
    summary: 'List reconciliations, last recorded first',
    allow: 'staff',
    params: byId,
    status: 200,
    items: reconciliationView,
    problems: ['sum-too-large'],
    example: { params: { id: BANK }, reply: { items: [exampleReconciliation], nextCursor: null } },
    handle: async ({ params, page }, { listReconciliations }) => {
      const { items, next } = await listReconciliations({ realAccountId: params.id, page });
      return { items: items.map(toReconciliationView), next };
    },
  }),
];
