import type { Database, Statement } from '../../../platform/database/database.js';
import type { PersonalRecords } from '../../application/ports.js';

/** Instants in the format of the API: RFC 3339, UTC, milliseconds. */
const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const listOf = (what: string, from: string): string =>
  `(SELECT coalesce(jsonb_agg(${what} ORDER BY o.id), '[]') FROM ${from})`;

/** Names every column, so that a hash or token column that is added later is not exported. */
const RECORDS: Statement = {
  name: 'identity_personal_records',
  text: `
    SELECT jsonb_build_object(
      'user', jsonb_build_object(
        'id', u.id, 'email', u.email, 'fullName', u.full_name, 'role', u.role,
        'emailVerifiedAt', ${instant('u.email_verified_at')}, 'disabledAt', ${instant('u.disabled_at')},
        'createdAt', ${instant('u.created_at')}, 'updatedAt', ${instant('u.updated_at')}),
      'cards', ${listOf(
        `jsonb_build_object('id', o.id, 'brand', o.brand, 'last4', o.last4, 'expMonth', o.exp_month,
          'expYear', o.exp_year, 'isDefault', o.is_default, 'createdAt', ${instant('o.created_at')},
          'removedAt', ${instant('o.removed_at')})`,
        'cards o WHERE o.user_id = u.id',
      )},
      'sessions', ${listOf(
        `jsonb_build_object('id', o.id, 'createdAt', ${instant('o.created_at')},
          'lastUsedAt', ${instant('o.last_used_at')}, 'expiresAt', ${instant('o.expires_at')},
          'endedAt', ${instant('o.ended_at')}, 'endReason', o.end_reason, 'ip', o.ip, 'userAgent', o.user_agent)`,
        'sessions o WHERE o.user_id = u.id',
      )},
      'registrations', ${listOf(
        `jsonb_build_object('id', o.id, 'email', o.email, 'fullName', o.full_name,
          'createdAt', ${instant('o.created_at')}, 'endedAt', ${instant('o.ended_at')}, 'endReason', o.end_reason)`,
        'registrations o WHERE o.email = u.email',
      )},
      'passwordResets', ${listOf(
        `jsonb_build_object('id', o.id, 'kind', o.kind, 'email', o.email, 'createdAt', ${instant('o.created_at')},
          'endedAt', ${instant('o.ended_at')}, 'endReason', o.end_reason)`,
        'password_resets o WHERE o.user_id = u.id OR o.email = u.email',
      )},
      'emailChanges', ${listOf(
        `jsonb_build_object('id', o.id, 'oldEmail', o.old_email, 'newEmail', o.new_email,
          'createdAt', ${instant('o.created_at')}, 'endedAt', ${instant('o.ended_at')}, 'endReason', o.end_reason)`,
        'email_changes o WHERE o.user_id = u.id',
      )},
      'securityEvents', ${listOf(
        `jsonb_build_object('id', o.id, 'at', ${instant('o.at')}, 'event', o.event,
          'ip', CASE WHEN o.actor_id <> o.user_id THEN '' ELSE o.ip END,
          'userAgent', CASE WHEN o.actor_id <> o.user_id THEN '' ELSE o.user_agent END)`,
        'security_events o WHERE o.user_id = u.id',
      )}
    ) AS records
    FROM users u WHERE u.id = $1 AND u.erased_at IS NULL`,
};

export const makePersonalRecords = ({ database }: { database: Database }): PersonalRecords => ({
  async of(userId) {
    const [row] = await database.rows<{ records: Record<string, unknown> }>(RECORDS, [userId]);
    return row?.records;
  },
});
