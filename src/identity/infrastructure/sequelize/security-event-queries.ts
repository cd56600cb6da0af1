import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { SecurityEventQueries, SecurityEventView } from '../../application/ports.js';
import { instantKey } from '../../../platform/database/keyset.js';

/** An existing user without events gives one row without an event; an unknown user gives no row. */
const SECURITY_EVENTS: Statement = {
  name: 'identity_security_events',
  text: `
    SELECT page.* FROM users LEFT JOIN LATERAL (
      SELECT id, at, event,
        CASE WHEN $2 AND actor_id <> user_id THEN '' ELSE ip END AS ip,
        CASE WHEN $2 AND actor_id <> user_id THEN '' ELSE user_agent END AS "userAgent"
      FROM security_events
      WHERE user_id = users.id AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4::uuid))
      ORDER BY at DESC, id DESC
      LIMIT $5
    ) AS page ON true
    WHERE users.id = $1 AND users.erased_at IS NULL
    ORDER BY page.at DESC, page.id DESC`,
};

export const makeSecurityEventQueries = ({ database }: { database: Database }): SecurityEventQueries => ({
  async list(userId, { own }, { limit, after }) {
    const rows = await database.rows<SecurityEventView | { id: null }>(SECURITY_EVENTS, [
      userId,
      own,
      ...instantKey(after),
      limit + 1,
    ]);
    if (rows.length === 0) return undefined;
    const events = rows.filter((row) => row.id !== null);
    return toPage(events, limit, (event) => [event.at.getTime(), event.id]);
  },
});
