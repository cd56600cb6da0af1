import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { CardQueries } from '../../application/ports.js';
import { type CardColumns, toCard } from './card-repository.js';
import { instantKey } from '../../../platform/database/keyset.js';

const COLUMNS = `id, user_id AS "userId", gateway_token AS "gatewayToken", fingerprint, brand, last4,
  exp_month AS "expMonth", exp_year AS "expYear", is_default AS "isDefault",
  created_at AS "createdAt", updated_at AS "updatedAt", removed_at AS "removedAt", version`;

const CARD: Statement = {
  name: 'identity_card',
  text: `SELECT ${COLUMNS} FROM cards WHERE id = $2 AND user_id = $1 AND removed_at IS NULL`,
};
const DEFAULT_CARD: Statement = {
  name: 'identity_default_card',
  text: `SELECT ${COLUMNS} FROM cards WHERE user_id = $1 AND is_default AND removed_at IS NULL`,
};

/** An existing user without cards gives one row without a card; an unknown user gives no row. */
const CARDS: Statement = {
  name: 'identity_cards',
  text: `
    SELECT page.* FROM users LEFT JOIN LATERAL (
      SELECT ${COLUMNS} FROM cards
      WHERE cards.user_id = users.id AND removed_at IS NULL
        AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
      ORDER BY created_at DESC, id DESC
      LIMIT $4
    ) AS page ON true
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
    async list(userId, { limit, after }) {
      const rows = await database.rows<CardColumns | { id: null }>(CARDS, [
        userId,
        ...instantKey(after),
        limit + 1,
      ]);
      if (rows.length === 0) return undefined;
      const cards = rows.filter((row) => row.id !== null).map(toCard);
      return toPage(cards, limit, (card) => [card.createdAt.getTime(), card.id]);
    },
  };
};
