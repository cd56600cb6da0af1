import { parseName } from './name.js';

export const ACCOUNT_TYPES = ['asset', 'income', 'expense', 'equity'] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

declare const brand: unique symbol;
type State = {
  id: string;
  /** Set on the ones other contexts settle into; unique. */
  code: string | null;
  name: string;
  /** Where its money lies unless a transaction says otherwise. */
  realAccountId: string;
  type: AccountType;
  /** That of its home; all its amounts are in it. */
  currency: string;
  /** No amount of it, less what is held, may go below; null is unbounded. Minor units. */
  floor: number | null;
  /** What somebody is saving towards; nothing is derived from it. Minor units. */
  goal: number | null;
  /** The home's own envelope, "unallocated": goes with it and not alone. */
  isDefault: boolean;
  archivedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** 1 when new; one more with every save. */
  version: number;
};
/** A virtual account: an envelope. Its money is in amounts, one for each real account it lies in. */
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

/** Envelopes hold what is there; income, expense and equity only say where money came from and went. */
const defaultFloor = (type: AccountType): number | null => (type === 'asset' ? 0 : null);

export function newAccount(
  account: Readonly<{
    id: string;
    code?: string | undefined;
    name: string;
    realAccountId: string;
    type: AccountType;
    currency: string;
    /** Left out: 0 for asset, unbounded for the others. */
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

/** The envelope that every real account is born with. That of the world outside is where opening balances come from. */
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
 * Unbounded income and expense amounts are posted to by everybody at once. Nothing is decided from their balance, so
 * they are not updated but summed: hot.
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

/** The account with what is given changed. Whether its money allows it is for the caller to find out. */
export const changeAccount = (account: Account, changes: AccountChanges, now: Date): Account =>
  restoreAccount({
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
    updatedAt: now > account.updatedAt ? now : account.updatedAt,
  });

/** The account as its next saved version. Only repositories call this. */
export const nextAccountVersion = (account: Account): Account =>
  restoreAccount({ ...account, version: account.version + 1 });
