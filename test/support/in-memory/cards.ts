import type { CardQueries, CardRepository } from '../../../src/identity/application/ports.js';
import { type Card, restoreCard } from '../../../src/identity/domain/card.js';
import type { User } from '../../../src/identity/domain/user.js';
import { assertUser, makeAsync, pageOf } from './adapters.js';
import type { Table } from './store.js';

const liveOf = (table: Table<Card>, userId: string): Card[] =>
  table
    .all()
    .filter((row) => row.userId === userId && row.removedAt === null)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
    .map(restoreCard);

export function makeCards(table: Table<Card>, users: Table<User>): CardRepository {
  /** The partial unique indexes. */
  const assertUnique = (card: Card): void => {
    if (card.removedAt !== null) return;
    for (const other of liveOf(table, card.userId).filter(({ id }) => id !== card.id)) {
      if (other.fingerprint === card.fingerprint) throw new Error('violates cards_fingerprint_key');
      if (other.isDefault && card.isDefault) throw new Error('violates cards_default_key');
    }
  };
  return {
    find: makeAsync((id) => {
      const row = table.get(id);
      return row && restoreCard(row);
    }),
    of: makeAsync((userId) => liveOf(table, userId)),
    insert: makeAsync((card) => {
      assertUser(users, card.userId);
      assertUnique(card);
      table.put(card);
    }),
    save: makeAsync((card) => {
      if (table.get(card.id) === undefined) return;
      assertUnique(card);
      table.put(card);
    }),
    delete: makeAsync((id) => {
      const row = table.get(id);
      if (row !== undefined && row.removedAt !== null) table.delete(id);
    }),
  };
}

export const makeCardQueries = (table: Table<Card>, users: Table<User>): CardQueries => ({
  find: makeAsync((userId, cardId) => liveOf(table, userId).find(({ id }) => id === cardId)),
  findDefault: makeAsync((userId) => liveOf(table, userId).find(({ isDefault }) => isDefault)),
  list: makeAsync((userId, { limit, after }) =>
    users.get(userId)?.erasedAt === null
      ? pageOf(liveOf(table, userId), ({ createdAt }) => createdAt, limit, after)
      : undefined,
  ),
});
