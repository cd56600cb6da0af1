import { z } from 'zod';
import { currency, flag, id, moneyIn, trimmedText } from '../../platform/http/requests/schemas.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { ChangeAccount } from '../application/change-account.js';
import type { ChangeRealAccount } from '../application/change-real-account.js';
import type { DeleteAccount } from '../application/delete-account.js';
import type { DeleteRealAccount } from '../application/delete-real-account.js';
import type { OpenAccount } from '../application/open-account.js';
import type { OpenRealAccount } from '../application/open-real-account.js';
import { ACCOUNT_TYPES, REAL_ACCOUNT_KINDS } from '../application/ports.js';
import type { ListAccounts } from '../application/list-accounts.js';
import type { ListAmounts } from '../application/list-amounts.js';
import type { ListRealAccounts } from '../application/list-real-accounts.js';
import type { ViewAccount } from '../application/view-account.js';
import type { ViewAmount } from '../application/view-amount.js';
import type { ViewRealAccount } from '../application/view-real-account.js';
import { AMOUNT, BANK, eur, exampleAccount, exampleAmount, exampleRealAccount, REPAIRS } from './examples.js';
import {
  accountView,
  amountView,
  iban,
  realAccountView,
  toAccountView,
  toAmountView,
  toRealAccountView,
} from './account-schemas.js';
import { byId } from './schemas.js';

const tag = 'cash accounts';
const name = trimmedText({ min: 1, max: 200 });
const kind = z.enum(REAL_ACCOUNT_KINDS);
const type = z.enum(ACCOUNT_TYPES);
const archived = flag
  .optional()
  .meta({ description: 'true: only archived ones. false: only those that are not archived.' });
const floor = moneyIn
  .nullable()
  .optional()
  .meta({ description: 'null: no limit. Default: 0 for the type `asset`, no limit for other types.' });
const goal = moneyIn.nullable().optional();

export const accountRoutes = [
  defineRoute<{ listRealAccounts: ListRealAccounts }>()({
    method: 'get',
    path: '/v1/cash/real-accounts',
    operationId: 'listRealAccounts',
    tag,
    summary: 'List the real accounts, oldest first',
    allow: 'staff',
    query: z.object({ kind: kind.optional(), archived }),
    status: 200,
    items: realAccountView,
    problems: ['sum-too-large'],
    example: { reply: { items: [exampleRealAccount], nextCursor: null } },
    handle: async ({ query, page }, { listRealAccounts }) => {
      const { items, next } = await listRealAccounts({ filter: query, page });
      return { items: items.map(toRealAccountView), next };
    },
  }),
  defineRoute<{ openRealAccount: OpenRealAccount }>()({
    method: 'post',
    path: '/v1/cash/real-accounts',
    operationId: 'openRealAccount',
    tag,
    summary: 'Open a real account',
    description:
      'A bank account, a cash box, or `external`: the world outside, where income comes from and expenses go. The first envelope, "unallocated", is opened with it.',
    allow: 'admin',
    body: z.strictObject({ name, kind, currency, iban }),
    status: 201,
    reply: realAccountView,
    problems: ['sum-too-large'],
    location: ({ id: realAccountId }) => `/v1/cash/real-accounts/${realAccountId}`,
    example: {
      body: { name: 'Current account', kind: 'bank', currency: 'EUR', iban: 'DE89 3704 0044 0532 0130 00' },
      reply: exampleRealAccount,
    },
    handle: async ({ body }, { openRealAccount }) => toRealAccountView(await openRealAccount(body)),
  }),
  defineRoute<{ viewRealAccount: ViewRealAccount }>()({
    method: 'get',
    path: '/v1/cash/real-accounts/{id}',
    operationId: 'getRealAccount',
    tag,
    summary: 'Get a real account',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: realAccountView,
    problems: ['sum-too-large'],
    example: { params: { id: BANK }, reply: exampleRealAccount },
    handle: async ({ params }, { viewRealAccount }) =>
      toRealAccountView(await viewRealAccount({ realAccountId: params.id })),
  }),
  defineRoute<{ changeRealAccount: ChangeRealAccount }>()({
    method: 'patch',
    path: '/v1/cash/real-accounts/{id}',
    operationId: 'changeRealAccount',
    tag,
    summary: 'Change or archive a real account',
    description:
      'A real account can be archived when each of its amounts is zero. The currency cannot be changed.',
    allow: 'admin',
    params: byId,
    body: z.strictObject({
      name: name.optional(),
      kind: kind.optional(),
      iban,
      archived: z.boolean().optional(),
    }),
    status: 200,
    reply: realAccountView,
    problems: ['account-in-use', 'balance-not-zero', 'sum-too-large'],
    example: { params: { id: BANK }, body: { name: 'Current account' }, reply: exampleRealAccount },
    handle: async ({ params, body, expectedVersion }, { changeRealAccount }) =>
      toRealAccountView(
        await changeRealAccount({ id: params.id, ...body, expectedVersion: expectedVersion ?? null }),
      ),
  }),
  defineRoute<{ deleteRealAccount: DeleteRealAccount }>()({
    method: 'delete',
    path: '/v1/cash/real-accounts/{id}',
    operationId: 'deleteRealAccount',
    tag,
    summary: 'Delete a real account without postings',
    allow: 'admin',
    params: byId,
    precondition: 'honoured',
    status: 204,
    problems: ['account-in-use'],
    example: { params: { id: BANK } },
    handle: ({ params, expectedVersion }, { deleteRealAccount }) =>
      deleteRealAccount({ id: params.id, expectedVersion }),
  }),
  defineRoute<{ listAccounts: ListAccounts }>()({
    method: 'get',
    path: '/v1/cash/accounts',
    operationId: 'listAccounts',
    tag,
    summary: 'List the accounts (envelopes), oldest first',
    allow: 'staff',
    query: z.object({ realAccountId: id.optional(), type: type.optional(), archived }),
    status: 200,
    items: accountView,
    problems: ['sum-too-large'],
    example: { query: { realAccountId: BANK }, reply: { items: [exampleAccount], nextCursor: null } },
    handle: async ({ query, page }, { listAccounts }) => {
      const { items, next } = await listAccounts({ filter: query, page });
      return { items: items.map(toAccountView), next };
    },
  }),
  defineRoute<{ openAccount: OpenAccount }>()({
    method: 'post',
    path: '/v1/cash/accounts',
    operationId: 'openAccount',
    tag,
    summary: 'Open an account (envelope)',
    allow: 'admin',
    body: z.strictObject({ name, realAccountId: id, type, floor, goal }),
    status: 201,
    reply: accountView,
    location: ({ id: accountId }) => `/v1/cash/accounts/${accountId}`,
    problems: ['currency-mismatch', 'account-archived', 'below-floor', 'sum-too-large'],
    example: {
      body: { name: 'Repairs', realAccountId: BANK, type: 'asset', goal: eur(300_000) },
      reply: exampleAccount,
    },
    handle: async ({ body }, { openAccount }) => toAccountView(await openAccount(body)),
  }),
  defineRoute<{ viewAccount: ViewAccount }>()({
    method: 'get',
    path: '/v1/cash/accounts/{id}',
    operationId: 'getAccount',
    tag,
    summary: 'Get an account',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: accountView,
    problems: ['sum-too-large'],
    example: { params: { id: REPAIRS }, reply: exampleAccount },
    handle: async ({ params }, { viewAccount }) => toAccountView(await viewAccount({ accountId: params.id })),
  }),
  defineRoute<{ changeAccount: ChangeAccount }>()({
    method: 'patch',
    path: '/v1/cash/accounts/{id}',
    operationId: 'changeAccount',
    tag,
    summary: 'Change or archive an account',
    description:
      'After a change of `realAccountId` new money goes to the new home; existing money stays in the old one. The default envelope cannot change its home, and is archived with its real account only.',
    allow: 'admin',
    params: byId,
    body: z.strictObject({
      name: name.optional(),
      realAccountId: id.optional(),
      type: type.optional(),
      floor: moneyIn.nullable().optional().meta({ description: 'null: no limit' }),
      goal,
      archived: z.boolean().optional(),
    }),
    status: 200,
    reply: accountView,
    problems: [
      'currency-mismatch',
      'account-archived',
      'account-in-use',
      'balance-not-zero',
      'below-floor',
      'sum-too-large',
    ],
    example: { params: { id: REPAIRS }, body: { goal: eur(300_000) }, reply: exampleAccount },
    handle: async ({ params, body, expectedVersion }, { changeAccount }) =>
      toAccountView(
        await changeAccount({ id: params.id, ...body, expectedVersion: expectedVersion ?? null }),
      ),
  }),
  defineRoute<{ deleteAccount: DeleteAccount }>()({
    method: 'delete',
    path: '/v1/cash/accounts/{id}',
    operationId: 'deleteAccount',
    tag,
    summary: 'Delete an account that was never used',
    allow: 'admin',
    params: byId,
    precondition: 'honoured',
    status: 204,
    problems: ['account-in-use'],
    example: { params: { id: REPAIRS } },
    handle: ({ params, expectedVersion }, { deleteAccount }) =>
      deleteAccount({ id: params.id, expectedVersion }),
  }),
  defineRoute<{ listAmounts: ListAmounts }>()({
    method: 'get',
    path: '/v1/cash/amounts',
    operationId: 'listAmounts',
    tag,
    summary: 'List amounts: the money of each account in each real account',
    allow: 'staff',
    query: z.object({ realAccountId: id.optional(), accountId: id.optional() }),
    status: 200,
    items: amountView,
    problems: ['sum-too-large'],
    example: { query: { realAccountId: BANK }, reply: { items: [exampleAmount], nextCursor: null } },
    handle: async ({ query, page }, { listAmounts }) => {
      const { items, next } = await listAmounts({ filter: query, page });
      return { items: items.map(toAmountView), next };
    },
  }),
  defineRoute<{ viewAmount: ViewAmount }>()({
    method: 'get',
    path: '/v1/cash/amounts/{id}',
    operationId: 'getAmount',
    tag,
    summary: 'Get an amount',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: amountView,
    problems: ['sum-too-large'],
    example: { params: { id: AMOUNT }, reply: exampleAmount },
    handle: async ({ params }, { viewAmount }) => toAmountView(await viewAmount({ amountId: params.id })),
  }),
];
