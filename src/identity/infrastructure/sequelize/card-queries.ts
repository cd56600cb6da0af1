import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { CardQueries } from '../../application/ports.js';
import { type CardColumns, toCard } from './card-repository.js';
import { cardAttributes } from './models/card.js';

const COLUMNS = columns(cardAttributes(), 'cards');

const CARD: Statement = {
  name: 'identity_card',
  text: `SELECT ${COLUMNS} FROM cards WHERE id = $2 AND user_id = $1 AND removed_at IS NULL`,
};
const DEFAULT_CARD: Statement = {
  name: 'identity_default_card',
  text: `SELECT ${COLUMNS} FROM cards WHERE user_id = $1 AND is_default AND removed_at IS NULL`,
};

/** An existing user without cards gives one row without a card; an unknown user gives no row. */
const CARDS: List<object> = {
  name: 'identity_cards',
  always: ['cards.user_id = users.id', 'cards.removed_at IS NULL'],
  filters: {},
  sortKeys: [
    { sql: 'cards.created_at', type: 'timestamptz' },
    { sql: 'cards.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `
    SELECT page.* FROM users
    LEFT JOIN LATERAL (SELECT ${COLUMNS} FROM cards ${where} ${orderBy} ${limit}) AS page ON true
    WHERE users.id = $1 AND users.erased_at IS NULL
    ORDER BY page."createdAt" DESC, page.id DESC`,
};

export const makeCardQueries = ({ database }: { database: Database }): CardQueries => {
  const one = async (statement: Statement, ...values: string[]) => {
    const [row] = await database.rows<CardColumns>(statement, values);
    return row && toCard(row);
  };
  return {
    find: (userId, cardId) => one(CARD, userId, cardId),
    findDefault: (userId) => one(DEFAULT_CARD, userId),
    async list(userId, page) {
      const request = { parameters: [userId], filter: {}, page, direction: 'DESC' } as const;
      const { statement, values } = listStatement(CARDS, request);
      const rows = await database.rows<CardColumns | { id: null }>(statement, values);
      if (rows.length === 0) return undefined;
      const cards = rows.filter((row) => row.id !== null).map(toCard);
      return toPage(cards, page.limit, (card) => [card.createdAt.getTime(), card.id]);
    },
  };
};
