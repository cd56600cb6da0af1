import { DomainError } from '../../kernel/errors.js';
import type { CardDescription } from '../../kernel/payment-gateway.js';

declare const brand: unique symbol;
type State = {
  id: string;
  userId: string;
  /** What the gateway charges by. Never leaves the house but to the gateway. */
  gatewayToken: string;
  /** The same physical card has the same one, whatever token it came under. Never leaves this context. */
  fingerprint: string;
  brand: string;
  last4: string;
  /** 1 to 12 */
  expMonth: number;
  expYear: number;
  isDefault: boolean;
  createdAt: Date;
  updatedAt: Date;
  /** From then on it is nobody's; the row stays until the gateway has let go of the token. */
  removedAt: Date | null;
  /** 1 when new; one more with every change somebody makes to this very card. */
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

/** A card is good through the last day of the month printed on it, here by UTC. */
export const isExpired = (
  { expMonth, expYear }: Readonly<{ expMonth: number; expYear: number }>,
  now: Date,
): boolean => now.getTime() >= Date.UTC(expYear, expMonth, 1);

/** 422 `card-expired` */
export function assertGood(card: Readonly<{ expMonth: number; expYear: number }>, now: Date): void {
  if (isExpired(card, now)) throw new DomainError('invalid', 'card-expired', 'This card has expired.');
}

/** A card that is not the default yet. */
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

/** Several processes share no clock: a slow one must not move `updatedAt` before `createdAt`. */
const touched = (card: Card, now: Date): Date => (now > card.updatedAt ? now : card.updatedAt);

/** Becoming or ceasing to be the default because of another card is no change of this one: its version stays. */
const asDefault = (card: Card, isDefault: boolean): Card => restoreCard({ ...card, isDefault });

const changed = (card: Card, change: Partial<State>, now: Date): Card =>
  restoreCard({ ...card, ...change, updatedAt: touched(card, now), version: card.version + 1 });

const dethroned = (cards: readonly Card[], heirId: string): Card[] =>
  cards.filter(({ id, isDefault }) => isDefault && id !== heirId).map((card) => asDefault(card, false));

// The following take all cards of one user, locked, and give those that change, in an order in which they can be
// stored one by one without there ever being two defaults.

/** Adds `card` to `cards`; it becomes the default where there is none, or where that is asked for. */
export const addCard = (
  cards: readonly Card[],
  card: Card,
  isDefault: boolean,
): Readonly<{ changed: readonly Card[]; added: Card }> =>
  isDefault || !cards.some((other) => other.isDefault)
    ? { changed: dethroned(cards, card.id), added: asDefault(card, true) }
    : { changed: [], added: card };

/** Makes `card` the default; nothing changes when it is already. */
export const chooseDefault = (cards: readonly Card[], card: Card, now: Date): readonly Card[] =>
  card.isDefault ? [] : [...dethroned(cards, card.id), changed(card, { isDefault: true }, now)];

/** The newest that has not expired, else none. */
function heir(cards: readonly Card[], now: Date): Card | undefined {
  const newestFirst = [...cards].sort(
    (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1),
  );
  return newestFirst.find((card) => !isExpired(card, now));
}

/** Nobody's any more; it waits for the gateway to let go of it. */
export const retire = (card: Card, now: Date): Card =>
  changed(card, { isDefault: false, removedAt: now }, now);

/** Takes `card` away; where it was the default, the newest that has not expired takes its place. */
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
