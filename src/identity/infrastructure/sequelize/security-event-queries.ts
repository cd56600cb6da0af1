import { toPage } from '../../../kernel/page.js';
import type { Database } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { SecurityEventQueries, SecurityEventView } from '../../application/ports.js';
import { securityEventAttributes } from './models/security-event.js';

/**
 * An existing user without events gives one row without an event; an unknown user gives no row. `$2` omits the clients of
 * other users.
 */
const SECURITY_EVENTS: List<object> = {
  name: 'identity_security_events',
  always: ['e.user_id = users.id'],
  filters: {},
  sortKeys: [
    { sql: 'e.at', type: 'timestamptz' },
    { sql: 'e.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `
    SELECT page.* FROM users LEFT JOIN LATERAL (
      SELECT ${columns(securityEventAttributes(), 'e', { only: ['id', 'at', 'event'] })},
        CASE WHEN $2 AND e.actor_id <> e.user_id THEN '' ELSE e.ip END AS ip,
        CASE WHEN $2 AND e.actor_id <> e.user_id THEN '' ELSE e.user_agent END AS "userAgent"
      FROM security_events e ${where} ${orderBy} ${limit}
    ) AS page ON true
    WHERE users.id = $1 AND users.erased_at IS NULL
    ORDER BY page.at DESC, page.id DESC`,
};

export const makeSecurityEventQueries = ({ database }: { database: Database }): SecurityEventQueries => ({
  async list(userId, { own }, page) {
    const request = { parameters: [userId, own], filter: {}, page, direction: 'DESC' } as const;
    const { statement, values } = listStatement(SECURITY_EVENTS, request);
    const rows = await database.rows<SecurityEventView | { id: null }>(statement, values);
    if (rows.length === 0) return undefined;
    const events = rows.filter((row) => row.id !== null);
    return toPage(events, page.limit, (event) => [event.at.getTime(), event.id]);
  },
});
