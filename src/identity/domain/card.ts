import { later } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { CardDescription } from '../../kernel/payment-gateway.js';

declare const brand: unique symbol;
type State = {
  id: string;
  userId: string;
  /** The gateway's token of the card. Only the gateway receives it. */
  gatewayToken: string;
  /** Identifies the physical card, independent of the token. Never leaves this context. */
  fingerprint: string;
  brand: string;
  last4: string;
  /** 1 to 12 */
  expMonth: number;
  expYear: number;
  isDefault: boolean;
  createdAt: Date;
  updatedAt: Date;
  /** Set for a removed card; the row stays until the token is deleted at the gateway. */
  removedAt: Date | null;
  /** 1 for a new card; rises with every change of this card by a user. */
  version: number;
};
export type Card = Readonly<State> & { readonly [brand]: 'Card' };

export function restoreCard(state: State): Card {
  const { id, userId, gatewayToken, fingerprint, brand: scheme, last4, expMonth, expYear } = state;
  const { isDefault, createdAt, updatedAt, removedAt, version } = state;
  const sound =
    gatewayToken !== '' &&
    fingerprint !== '' &&
    /^\d{4}$/.test(last4) &&
    Number.isSafeInteger(expMonth) &&
    expMonth >= 1 &&
    expMonth <= 12 &&
    Number.isSafeInteger(expYear) &&
    expYear >= 2000 &&
    expYear <= 2999 &&
    Number.isSafeInteger(version) &&
    version >= 1 &&
    updatedAt >= createdAt &&
    !(removedAt !== null && isDefault);
  if (!sound) throw new Error(`corrupt card ${id}`);
  return Object.freeze({
    id,
    userId,
    gatewayToken,
    fingerprint,
    brand: scheme,
    last4,
    expMonth,
    expYear,
    isDefault,
    createdAt,
    updatedAt,
    removedAt,
    version,
  }) as Card;
}

/** A card is valid until the end of its expiry month, in UTC. */
export const isExpired = (
  { expMonth, expYear }: Readonly<{ expMonth: number; expYear: number }>,
  now: Date,
): boolean => now.getTime() >= Date.UTC(expYear, expMonth, 1);

/** 422 `card-expired` */
export function assertGood(card: Readonly<{ expMonth: number; expYear: number }>, now: Date): void {
  if (isExpired(card, now)) throw new DomainError('invalid', 'card-expired', 'This card has expired.');
}

/** A card that is not the default. */
export const newCard = (
  card: Readonly<{ id: string; userId: string; gatewayToken: string }> & CardDescription,
  now: Date,
): Card =>
  restoreCard({
    id: card.id,
    userId: card.userId,
    gatewayToken: card.gatewayToken,
    fingerprint: card.fingerprint,
    brand: card.brand,
    last4: card.last4,
    expMonth: card.expMonth,
    expYear: card.expYear,
    isDefault: false,
    createdAt: now,
    updatedAt: now,
    removedAt: null,
    version: 1,
  });

/** Marks or unmarks the card as the default because of a change of another card; its version stays. */
const asDefault = (card: Card, isDefault: boolean): Card => restoreCard({ ...card, isDefault });

const changed = (card: Card, change: Partial<State>, now: Date): Card =>
  restoreCard({ ...card, ...change, updatedAt: later(card.updatedAt, now), version: card.version + 1 });

const dethroned = (cards: readonly Card[], heirId: string): Card[] =>
  cards.filter(({ id, isDefault }) => isDefault && id !== heirId).map((card) => asDefault(card, false));

// The following functions take all cards of a user, locked, and return the changed ones, in an order in which they can be
// saved one by one without two default cards at any time.

/** Adds `card`, as the default if requested or if there is no default. */
export const addCard = (
  cards: readonly Card[],
  card: Card,
  isDefault: boolean,
): Readonly<{ changed: readonly Card[]; added: Card }> =>
  isDefault || !cards.some((other) => other.isDefault)
    ? { changed: dethroned(cards, card.id), added: asDefault(card, true) }
    : { changed: [], added: card };

/** Makes `card` the default; returns no change if it is already. */
export const chooseDefault = (cards: readonly Card[], card: Card, now: Date): readonly Card[] =>
  card.isDefault ? [] : [...dethroned(cards, card.id), changed(card, { isDefault: true }, now)];

/** The newest card that has not expired. */
function heir(cards: readonly Card[], now: Date): Card | undefined {
  const newestFirst = [...cards].sort(
    (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1),
  );
  return newestFirst.find((card) => !isExpired(card, now));
}

/** Marks the card as removed; a job deletes it at the gateway. */
export const retire = (card: Card, now: Date): Card =>
  changed(card, { isDefault: false, removedAt: now }, now);

/** Removes `card`. If it was the default, the newest card that has not expired becomes the default. */
export function removeCard(cards: readonly Card[], card: Card, now: Date): readonly Card[] {
  const removed = retire(card, now);
  const next = card.isDefault
    ? heir(
        cards.filter(({ id }) => id !== card.id),
        now,
      )
    : undefined;
  return next === undefined ? [removed] : [removed, asDefault(next, true)];
}
