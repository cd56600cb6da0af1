import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { SessionQueries, SessionView } from '../../application/ports.js';
import type { Role } from '../../domain/user.js';
import { sessionAttributes } from './models/session.js';
import { userAttributes } from './models/user.js';

/** Joins by primary key: two index lookups for each request with a token. */
const ACTOR: Statement = {
  name: 'identity_actor',
  shareable: true,
  text: `
    SELECT ${columns(userAttributes(), 'users', { only: ['role'] })}, users.email_verified_at IS NOT NULL AS "emailVerified"
    FROM sessions JOIN users ON users.id = sessions.user_id
    WHERE sessions.id = $1 AND sessions.user_id = $2
      AND sessions.ended_at IS NULL AND sessions.expires_at > $3 AND users.disabled_at IS NULL`,
};

const SEEN_BY_USER = columns(sessionAttributes(), 'sessions', {
  only: ['id', 'createdAt', 'lastUsedAt', 'expiresAt', 'ip', 'userAgent'],
});
const LIVE_SESSIONS: List<object> = {
  name: 'identity_live_sessions',
  always: ['user_id = $1', 'ended_at IS NULL', 'expires_at > $2'],
  filters: {},
  sortKeys: [
    { sql: 'created_at', type: 'timestamptz' },
    { sql: 'id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `SELECT ${SEEN_BY_USER} FROM sessions ${where} ${orderBy} ${limit}`,
};

export const makeSessionQueries = ({ database }: { database: Database }): SessionQueries => ({
  async actor({ userId, sessionId }, at) {
    const [row] = await database.rows<{ role: Role; emailVerified: boolean }>(ACTOR, [sessionId, userId, at]);
    return row && { userId, sessionId, role: row.role, emailVerified: row.emailVerified };
  },
  async list(userId, at, page) {
    const request = { parameters: [userId, at], filter: {}, page, direction: 'DESC' } as const;
    const { statement, values } = listStatement(LIVE_SESSIONS, request);
    const sessions = await database.rows<SessionView>(statement, values);
    return toPage(sessions, page.limit, (session) => [session.createdAt.getTime(), session.id]);
  },
});
