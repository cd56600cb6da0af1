import { later } from '../../kernel/clock.js';
import { invalidField } from '../../kernel/errors.js';
import { isCurrency } from '../../kernel/money.js';
import { parseName } from '../../kernel/text.js';
import { accountInUse } from './errors.js';
import { isIban } from './iban.js';

export const REAL_ACCOUNT_KINDS = ['bank', 'cash', 'external'] as const;
export type RealAccountKind = (typeof REAL_ACCOUNT_KINDS)[number];

declare const brand: unique symbol;
type State = {
  id: string;
  /** Set for the standard accounts that other contexts post to; unique. */
  code: string | null;
  name: string;
  /** `external`: the world outside the practice, the source of income and the target of expenses. */
  kind: RealAccountKind;
  currency: string;
  /** Without spaces, upper case. */
  iban: string | null;
  archivedAt: Date | null;
  /** The last month that is closed, `yyyy-mm`; nothing may be posted before `closedUntil`, the instant that month ended. */
  closedThrough: string | null;
  closedUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** 1 at creation; incremented by each save. */
  version: number;
};
/** A bank account, a cash box, or the world outside. Its balance is the sum of its amounts and is never stored. */
export type RealAccount = Readonly<State> & { readonly [brand]: 'RealAccount' };

/** Builds a real account from stored values; throws a plain Error when they break an invariant. */
export function restoreRealAccount(state: State): RealAccount {
  const { id, code, name, kind, currency, iban, archivedAt, closedThrough, closedUntil } = state;
  const { createdAt, updatedAt, version } = state;
  const sound =
    isCurrency(currency) &&
    REAL_ACCOUNT_KINDS.includes(kind) &&
    (iban === null || isIban(iban)) &&
    (closedThrough === null) === (closedUntil === null) &&
    Number.isSafeInteger(version) &&
    version >= 1;
  if (!sound) throw new Error(`corrupt real account ${id}`);
  return Object.freeze({
    id,
    code,
    name,
    kind,
    currency,
    iban,
    archivedAt,
    closedThrough,
    closedUntil,
    createdAt,
    updatedAt,
    version,
  }) as RealAccount;
}

/** Removes the spaces that people write between groups of four; 422 `validation` for a wrong check sum. */
function parseIban(text: string): string {
  const iban = text.replaceAll(' ', '').toUpperCase();
  if (!isIban(iban)) throw invalidField('/iban', 'is not an IBAN (ISO 13616)');
  return iban;
}

/** 422 `validation` for an invalid name, currency or IBAN. */
export function newRealAccount(
  account: Readonly<{
    id: string;
    code?: string | undefined;
    name: string;
    kind: RealAccountKind;
    currency: string;
    iban?: string | null | undefined;
  }>,
  now: Date,
): RealAccount {
  if (!isCurrency(account.currency)) throw invalidField('/currency', 'is not an ISO 4217 code');
  return restoreRealAccount({
    id: account.id,
    code: account.code ?? null,
    name: parseName(account.name),
    kind: account.kind,
    currency: account.currency,
    iban: typeof account.iban === 'string' ? parseIban(account.iban) : null,
    archivedAt: null,
    closedThrough: null,
    closedUntil: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });
}

export type RealAccountChanges = Readonly<{
  name?: string | undefined;
  kind?: RealAccountKind | undefined;
  iban?: string | null | undefined;
  archived?: boolean | undefined;
}>;

/**
 * The account with the given changes. The caller checks whether it may be archived. conflict `account-in-use` for a standard
 * account that is to be archived, because payments and refunds are posted to it after they happened.
 */
export function changeRealAccount(account: RealAccount, changes: RealAccountChanges, now: Date): RealAccount {
  if (account.code !== null && changes.archived === true)
    throw accountInUse('The shop and the clinic settle into this account.');
  return restoreRealAccount({
    ...account,
    name: changes.name === undefined ? account.name : parseName(changes.name),
    kind: changes.kind ?? account.kind,
    iban: changes.iban === undefined ? account.iban : changes.iban === null ? null : parseIban(changes.iban),
    archivedAt:
      changes.archived === undefined
        ? account.archivedAt
        : changes.archived
          ? (account.archivedAt ?? now)
          : null,
    updatedAt: later(account.updatedAt, now),
  });
}

/** The account with the books closed through the month that ends at `endsAt`. */
export const closeThrough = (account: RealAccount, period: string, endsAt: Date, now: Date): RealAccount =>
  restoreRealAccount({
    ...account,
    closedThrough: period,
    closedUntil: endsAt,
    updatedAt: later(account.updatedAt, now),
  });

/** The account with the books open again after `earlier`, the closed month before; null where there is none. */
export const reopenAfter = (
  account: RealAccount,
  earlier: Readonly<{ period: string; endsAt: Date }> | undefined,
  now: Date,
): RealAccount =>
  restoreRealAccount({
    ...account,
    closedThrough: earlier?.period ?? null,
    closedUntil: earlier?.endsAt ?? null,
    updatedAt: later(account.updatedAt, now),
  });

/** The account with the next version number. Only repositories call this. */
export const nextRealAccountVersion = (account: RealAccount): RealAccount =>
  restoreRealAccount({ ...account, version: account.version + 1 });
