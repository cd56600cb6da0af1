import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { SessionQueries, SessionView } from '../../application/ports.js';
import type { Role } from '../../domain/user.js';
import { instantKey } from '../../../platform/database/keyset.js';

/** Joins by primary key: two index lookups for each request with a token. */
const ACTOR: Statement = {
  name: 'identity_actor',
  shareable: true,
  text: `
    SELECT users.role, users.email_verified_at IS NOT NULL AS "emailVerified"
    FROM sessions JOIN users ON users.id = sessions.user_id
    WHERE sessions.id = $1 AND sessions.user_id = $2
      AND sessions.ended_at IS NULL AND sessions.expires_at > $3 AND users.disabled_at IS NULL`,
};

const LIVE_SESSIONS: Statement = {
  name: 'identity_live_sessions',
  text: `
    SELECT id, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt", ip, user_agent AS "userAgent"
    FROM sessions
    WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
      AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
    ORDER BY created_at DESC, id DESC
    LIMIT $5`,
};

export const makeSessionQueries = ({ database }: { database: Database }): SessionQueries => ({
  async actor({ userId, sessionId }, at) {
    const [row] = await database.rows<{ role: Role; emailVerified: boolean }>(ACTOR, [sessionId, userId, at]);
    return row && { userId, sessionId, role: row.role, emailVerified: row.emailVerified };
  },
  async list(userId, at, { limit, after }) {
    const rows = await database.rows<SessionView>(LIVE_SESSIONS, [
      userId,
      at,
      ...instantKey(after),
      limit + 1,
    ]);
    const sessions = rows.map((row) => ({
      id: row.id,
      createdAt: row.createdAt,
      lastUsedAt: row.lastUsedAt,
      expiresAt: row.expiresAt,
      ip: row.ip,
      userAgent: row.userAgent,
    }));
    return toPage(sessions, limit, (session) => [session.createdAt.getTime(), session.id]);
  },
});
