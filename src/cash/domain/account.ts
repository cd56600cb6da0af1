import { later } from '../../kernel/clock.js';
import { parseName } from '../../kernel/text.js';
import { accountInUse } from './errors.js';

export const ACCOUNT_TYPES = ['asset', 'income', 'expense', 'equity'] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

declare const brand: unique symbol;
type State = {
  id: string;
  /** Set for the standard accounts that other contexts post to; unique. */
  code: string | null;
  name: string;
  /** The home: the real account of a transaction that names none. */
  realAccountId: string;
  type: AccountType;
  /** The currency of the home and of all amounts of the account. */
  currency: string;
  /** The lowest value of each amount, less its holds; null is unbounded. Minor units. */
  floor: number | null;
  /** A savings goal, for display only. Minor units. */
  goal: number | null;
  /** The default envelope of the home, "unallocated", which is deleted only with the home. */
  isDefault: boolean;
  archivedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** 1 at creation; incremented by each save. */
  version: number;
};
/** A virtual account (an envelope). Its money is stored as amounts, one for each real account that holds part of it. */
export type Account = Readonly<State> & { readonly [brand]: 'Account' };

/** Builds an account from stored values; throws a plain Error when they break an invariant. */
export function restoreAccount(state: State): Account {
  const { id, code, name, realAccountId, type, currency, floor, goal, isDefault, archivedAt } = state;
  const { createdAt, updatedAt, version } = state;
  const sound =
    ACCOUNT_TYPES.includes(type) &&
    (floor === null || Number.isSafeInteger(floor)) &&
    (goal === null || Number.isSafeInteger(goal)) &&
    Number.isSafeInteger(version) &&
    version >= 1;
  if (!sound) throw new Error(`corrupt account ${id}`);
  return Object.freeze({
    id,
    code,
    name,
    realAccountId,
    type,
    currency,
    floor,
    goal,
    isDefault,
    archivedAt,
    createdAt,
    updatedAt,
    version,
  }) as Account;
}

/** Asset accounts (envelopes) hold money; income, expense and equity accounts record its source or use. */
const defaultFloor = (type: AccountType): number | null => (type === 'asset' ? 0 : null);

export function newAccount(
  account: Readonly<{
    id: string;
    code?: string | undefined;
    name: string;
    realAccountId: string;
    type: AccountType;
    currency: string;
    /** Default: 0 for asset accounts, unbounded for the others. */
    floor?: number | null | undefined;
    goal?: number | null | undefined;
    isDefault?: boolean | undefined;
  }>,
  now: Date,
): Account {
  return restoreAccount({
    id: account.id,
    code: account.code ?? null,
    name: parseName(account.name),
    realAccountId: account.realAccountId,
    type: account.type,
    currency: account.currency,
    floor: account.floor === undefined ? defaultFloor(account.type) : account.floor,
    goal: account.goal ?? null,
    isDefault: account.isDefault ?? false,
    archivedAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });
}

export const DEFAULT_ACCOUNT_NAME = 'unallocated';

/** The default envelope of a real account. Opening balances come from that of the external real account. */
export const newDefaultAccount = (
  account: Readonly<{
    id: string;
    realAccount: Readonly<{ id: string; kind: string; currency: string }>;
    code?: string | undefined;
    name?: string | undefined;
    floor?: number | null | undefined;
  }>,
  now: Date,
): Account =>
  newAccount(
    {
      id: account.id,
      code: account.code,
      name: account.name ?? DEFAULT_ACCOUNT_NAME,
      realAccountId: account.realAccount.id,
      type: account.realAccount.kind === 'external' ? 'equity' : 'asset',
      currency: account.realAccount.currency,
      floor: account.floor,
      isDefault: true,
    },
    now,
  );

/**
 * Whether the amounts of the account are hot: unbounded income and expense amounts receive many concurrent postings, and no
 * rule depends on their balance. Postings do not update a hot amount; its balance is the sum of its postings.
 */
export const isHot = ({ type, floor }: Pick<Account, 'type' | 'floor'>): boolean =>
  floor === null && (type === 'income' || type === 'expense');

export type AccountChanges = Readonly<{
  name?: string | undefined;
  realAccountId?: string | undefined;
  type?: AccountType | undefined;
  floor?: number | null | undefined;
  goal?: number | null | undefined;
  archived?: boolean | undefined;
}>;

/**
 * Payments and refunds are posted to a standard account after they happened, so nothing may refuse them: it has no floor,
 * stays in use, and keeps its type and its home. conflict `account-in-use`.
 */
function assertStandardStaysOpen(before: Account, after: Account): void {
  const isSame = before.type === after.type && before.realAccountId === after.realAccountId;
  if (before.code === null || (isSame && after.floor === null && after.archivedAt === null)) return;
  throw accountInUse(
    'The shop and the clinic post to this account: it has no floor and stays in use, where and what it is.',
  );
}

/**
 * The account with the given changes. The caller checks whether its amounts allow them. conflict `account-in-use` for a
 * change of a standard account that could keep payments from being posted.
 */
export function changeAccount(account: Account, changes: AccountChanges, now: Date): Account {
  const changed = restoreAccount({
    ...account,
    name: changes.name === undefined ? account.name : parseName(changes.name),
    realAccountId: changes.realAccountId ?? account.realAccountId,
    type: changes.type ?? account.type,
    floor: changes.floor === undefined ? account.floor : changes.floor,
    goal: changes.goal === undefined ? account.goal : changes.goal,
    archivedAt:
      changes.archived === undefined
        ? account.archivedAt
        : changes.archived
          ? (account.archivedAt ?? now)
          : null,
    updatedAt: later(account.updatedAt, now),
  });
  assertStandardStaysOpen(account, changed);
  return changed;
}

/** The account with the next version number. Only repositories call this. */
export const nextAccountVersion = (account: Account): Account =>
  restoreAccount({ ...account, version: account.version + 1 });
