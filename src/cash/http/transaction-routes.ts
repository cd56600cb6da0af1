import { z } from 'zod';
import { flag, id, instantIn, positiveMoneyIn } from '../../platform/http/requests/schemas.js';
import { defineRoute, repliedWith } from '../../platform/http/routing/route.js';
import type { PostBatch } from '../application/post-batch.js';
import type { PostTransaction } from '../application/post-transaction.js';
import type { RefundTransaction } from '../application/refund-transaction.js';
import type { ReverseTransaction } from '../application/reverse-transaction.js';
import type { ListTransactions } from '../application/list-transactions.js';
import type { ViewTransaction } from '../application/view-transaction.js';
import { BATCH, eur, exampleOrder, exampleTransaction, REPAIRS, TRANSACTION } from './examples.js';
import { byId, description, range } from './schemas.js';
import { batchView, toBatchView, toTransactionView, transactionView } from './transaction-schemas.js';

const tag = 'cash transactions';

const MOST_IN_BATCH = 500;

const order = z.strictObject({
  sourceAccountId: id,
  targetAccountId: id,
  sourceRealAccountId: id.optional().meta({ description: 'Default: the home of the account' }),
  targetRealAccountId: id.optional().meta({ description: 'Default: the home of the account' }),
  amount: positiveMoneyIn,
  effectiveAt: instantIn
    .optional()
    .meta({ description: 'When it happened. Default: now. Must not be in the future.' }),
  description,
});

/** The problems of every posting. */
const refusals = [
  'insufficient-funds',
  'currency-mismatch',
  'same-amount',
  'period-closed',
  'account-archived',
  'below-floor',
  'owned-account',
];

const locationOf = ({ id: transactionId }: { id: string }) => `/v1/cash/transactions/${transactionId}`;

/** `order:<id>`: all transactions that one object caused. */
const origin = z
  .string()
  .regex(/^[^:]{1,50}:.{1,100}$/s, { error: 'must be <type>:<id>' })
  .transform((value) => ({
    type: value.slice(0, value.indexOf(':')),
    id: value.slice(value.indexOf(':') + 1),
  }))
  .optional()
  .meta({
    openapi: {
      type: 'string',
      pattern: '^[^:]+:.+$',
      description: '`<type>:<id>` of the object that caused the transaction',
    },
  });

export const transactionRoutes = [
  defineRoute<{ postTransaction: PostTransaction }>()({
    method: 'post',
    path: '/v1/cash/transactions',
    operationId: 'postTransaction',
    tag,
    summary: 'Move money from one amount to another',
    description:
      'A posted transaction never changes; a mistake is reversed. The income accounts of shop and clinic are refused, because orders and appointments alone post to them. `effectiveAt` may be in the past, after the last closed month.',
    allow: 'staff',
    idempotency: 'required',
    body: order,
    status: 201,
    reply: transactionView,
    location: locationOf,
    problems: refusals,
    example: { body: exampleOrder, reply: exampleTransaction },
    handle: async ({ body, actor }, { postTransaction }) =>
      toTransactionView(await postTransaction({ ...body, createdBy: actor.userId })),
  }),
  defineRoute<{ postBatch: PostBatch }>()({
    method: 'post',
    path: '/v1/cash/transactions/batch',
    operationId: 'postBatch',
    tag,
    summary: 'Post many transactions, all or none',
    description:
      'Each transaction is checked against the balances that the ones before it leave. An error names the `index` of the item. A dry run makes the same checks and posts nothing.',
    allow: 'staff',
    idempotency: 'required',
    query: z.object({
      dryRun: flag.optional().meta({ description: 'Check, but post nothing; the status is 200.' }),
    }),
    body: z.strictObject({ transactions: z.array(order).min(1).max(MOST_IN_BATCH) }),
    status: 201,
    alsoStatus: [200],
    reply: batchView,
    problems: refusals,
    example: {
      body: { transactions: [exampleOrder] },
      reply: { id: BATCH, dryRun: false, transactions: [{ ...exampleTransaction, batchId: BATCH }] },
    },
    handle: async ({ body, query, actor }, { postBatch }) => {
      const dryRun = query.dryRun ?? false;
      const batch = toBatchView(await postBatch({ ...body, dryRun, createdBy: actor.userId }));
      return dryRun ? repliedWith(200, batch) : batch;
    },
  }),
  defineRoute<{ listTransactions: ListTransactions }>()({
    method: 'get',
    path: '/v1/cash/transactions',
    operationId: 'listTransactions',
    tag,
    summary: 'List transactions, last posted first',
    description: '`from` and `to` filter by `effectiveAt`.',
    allow: 'staff',
    query: z.object({ accountId: id.optional(), realAccountId: id.optional(), ...range, origin }),
    status: 200,
    items: transactionView,
    example: { query: { accountId: REPAIRS }, reply: { items: [exampleTransaction], nextCursor: null } },
    handle: async ({ query, page }, { listTransactions }) => {
      const { items, next } = await listTransactions({ filter: query, page });
      return { items: items.map(toTransactionView), next };
    },
  }),
  defineRoute<{ viewTransaction: ViewTransaction }>()({
    method: 'get',
    path: '/v1/cash/transactions/{id}',
    operationId: 'getTransaction',
    tag,
    summary: 'Get a transaction',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: transactionView,
    example: { params: { id: TRANSACTION }, reply: exampleTransaction },
    handle: async ({ params }, { viewTransaction }) =>
      toTransactionView(await viewTransaction({ transactionId: params.id })),
  }),
  defineRoute<{ reverseTransaction: ReverseTransaction }>()({
    method: 'post',
    path: '/v1/cash/transactions/{id}/reverse',
    operationId: 'reverseTransaction',
    tag,
    summary: 'Reverse a transaction, once and in full',
    description:
      'Posts the opposite transaction. It takes effect at the time of the original (`original`) or now (`today`). A transaction with an `origin` is refused: refund or cancel the order or appointment.',
    allow: 'admin',
    idempotency: 'required',
    params: byId,
    body: z.strictObject({ date: z.enum(['original', 'today']) }),
    status: 201,
    reply: transactionView,
    location: locationOf,
    problems: ['owned-by-origin', 'already-reversed', 'already-refunded', ...refusals],
    example: {
      params: { id: TRANSACTION },
      body: { date: 'today' },
      reply: {
        ...exampleTransaction,
        id: BATCH,
        number: 1043,
        source: exampleTransaction.target,
        target: exampleTransaction.source,
        reversalOf: TRANSACTION,
      },
    },
    handle: async ({ params, body, actor }, { reverseTransaction }) =>
      toTransactionView(await reverseTransaction({ id: params.id, ...body, createdBy: actor.userId })),
  }),
  defineRoute<{ refundTransaction: RefundTransaction }>()({
    method: 'post',
    path: '/v1/cash/transactions/{id}/refunds',
    operationId: 'refundTransaction',
    tag,
    summary: 'Refund a part of a transaction',
    description:
      'The refunds add up to at most the amount of the original. A refund takes effect now. A transaction with an `origin` is refused: refund the order or appointment.',
    allow: 'staff',
    idempotency: 'required',
    params: byId,
    body: z.strictObject({ amount: positiveMoneyIn }),
    status: 201,
    reply: transactionView,
    location: locationOf,
    problems: ['owned-by-origin', 'refund-exceeds-original', 'already-reversed', ...refusals],
    example: {
      params: { id: TRANSACTION },
      body: { amount: eur(5_000) },
      reply: {
        ...exampleTransaction,
        id: BATCH,
        number: 1043,
        source: exampleTransaction.target,
        target: exampleTransaction.source,
        amount: eur(5_000),
        refundOf: TRANSACTION,
      },
    },
    handle: async ({ params, body, actor }, { refundTransaction }) =>
      toTransactionView(await refundTransaction({ id: params.id, ...body, createdBy: actor.userId })),
  }),
];
