import { z } from 'zod';
import { money as makeMoney } from '../../kernel/money.js';
import { idOut, instant, money, text } from '../../platform/http/requests/schemas.js';
import {
  ACCOUNT_TYPES,
  type AccountView,
  type AmountView,
  REAL_ACCOUNT_KINDS,
  type RealAccountView,
  availableOf,
  countable,
} from '../application/ports.js';
import { AVAILABLE, moneyOrNull } from './schemas.js';

/** The domain checks it, because a pattern cannot: it removes spaces and verifies the check digits. */
export const iban = text({ max: 50 }).nullable().optional();

export const realAccountView = z
  .object({
    id: idOut,
    name: z.string(),
    kind: z.enum(REAL_ACCOUNT_KINDS),
    currency: z.string(),
    iban: z.string().nullable(),
    balance: money,
    archived: z.boolean(),
    defaultAccountId: idOut.meta({ description: 'The default envelope, for money that is not allocated' }),
    closedThrough: z.string().nullable().meta({ description: 'The last closed month, `yyyy-mm`' }),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().min(1),
  })
  .meta({ id: 'RealAccount' });

export const toRealAccountView = (account: RealAccountView): z.infer<typeof realAccountView> => ({
  id: account.id,
  name: account.name,
  kind: account.kind,
  currency: account.currency,
  iban: account.iban,
  balance: makeMoney(account.balance, account.currency),
  archived: account.archivedAt !== null,
  defaultAccountId: account.defaultAccountId,
  closedThrough: account.closedThrough,
  createdAt: account.createdAt.toISOString(),
  updatedAt: account.updatedAt.toISOString(),
  version: account.version,
});

export const accountView = z
  .object({
    id: idOut,
    code: z
      .string()
      .nullable()
      .meta({ description: 'Set on the accounts to which the shop and the clinic post' }),
    name: z.string(),
    realAccountId: idOut.meta({
      description: 'The home of the account: the real account that new money goes to',
    }),
    type: z.enum(ACCOUNT_TYPES),
    currency: z.string(),
    floor: money.nullable().meta({ description: 'The lowest value of each of its amounts; null: no limit' }),
    goal: money.nullable(),
    balance: money,
    isDefault: z.boolean(),
    archived: z.boolean(),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().min(1),
  })
  .meta({ id: 'Account' });

export const toAccountView = (account: AccountView): z.infer<typeof accountView> => ({
  id: account.id,
  code: account.code,
  name: account.name,
  realAccountId: account.realAccountId,
  type: account.type,
  currency: account.currency,
  floor: moneyOrNull(account.floor, account.currency),
  goal: moneyOrNull(account.goal, account.currency),
  balance: makeMoney(account.balance, account.currency),
  isDefault: account.isDefault,
  archived: account.archivedAt !== null,
  createdAt: account.createdAt.toISOString(),
  updatedAt: account.updatedAt.toISOString(),
  version: account.version,
});

export const amountView = z
  .object({
    id: idOut,
    realAccountId: idOut,
    accountId: idOut,
    amount: money,
    held: money,
    available: money.meta({ description: AVAILABLE }),
    version: z.int().min(0).meta({
      description: 'The number of its postings; always 0 for an unbounded income or expense amount',
    }),
  })
  .meta({ id: 'Amount' });

export const toAmountView = (view: AmountView): z.infer<typeof amountView> => ({
  id: view.id,
  realAccountId: view.realAccountId,
  accountId: view.accountId,
  amount: makeMoney(view.amount, view.currency),
  held: makeMoney(view.held, view.currency),
  available: makeMoney(countable(availableOf(view)), view.currency),
  version: view.version,
});
