import { DataTypes } from 'sequelize';
import type { Database, Statement } from '../../../platform/database/database.js';
import { columnNames } from '../../../platform/database/select-columns.js';
import type { PersonalRecords } from '../../application/ports.js';
import { cardAttributes } from './models/card.js';
import { emailChangeAttributes } from './models/email-change.js';
import { passwordResetAttributes } from './models/password-reset.js';
import { registrationAttributes } from './models/registration.js';
import { securityEventAttributes } from './models/security-event.js';
import { sessionAttributes } from './models/session.js';
import { userAttributes } from './models/user.js';

/** Instants in the format of the API: RFC 3339, UTC, milliseconds. */
const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Fields of a JSON object. Callers name every attribute, so that a hash or token that is added later is not exported. */
function fields<Attributes extends Readonly<Record<string, Readonly<{ type: unknown }>>>>(
  attributes: Attributes,
  table: string,
  only: readonly (keyof Attributes & string)[],
): string {
  const names = columnNames(attributes, table);
  const valueOf = (attribute: keyof Attributes): string =>
    attributes[attribute]?.type instanceof DataTypes.DATE ? instant(names[attribute]) : names[attribute];
  return only.map((attribute) => `'${attribute}', ${valueOf(attribute)}`).join(', ');
}

/** The rows `o` as a JSON array, in the order of their ids. */
const listOf = (fieldsOfRow: string, from: string): string =>
  `(SELECT coalesce(jsonb_agg(jsonb_build_object(${fieldsOfRow}) ORDER BY o.id), '[]') FROM ${from})`;

const USER = fields(userAttributes(), 'u', [
  'id',
  'email',
  'fullName',
  'role',
  'emailVerifiedAt',
  'disabledAt',
  'createdAt',
  'updatedAt',
]);
const CARDS = listOf(
  fields(cardAttributes(), 'o', [
    'id',
    'brand',
    'last4',
    'expMonth',
    'expYear',
    'isDefault',
    'createdAt',
    'removedAt',
  ]),
  'cards o WHERE o.user_id = u.id',
);
const SESSIONS = listOf(
  fields(sessionAttributes(), 'o', [
    'id',
    'createdAt',
    'lastUsedAt',
    'expiresAt',
    'endedAt',
    'endReason',
    'ip',
    'userAgent',
  ]),
  'sessions o WHERE o.user_id = u.id',
);
const REGISTRATIONS = listOf(
  fields(registrationAttributes(), 'o', ['id', 'email', 'fullName', 'createdAt', 'endedAt', 'endReason']),
  'registrations o WHERE o.email = u.email',
);
const PASSWORD_RESETS = listOf(
  fields(passwordResetAttributes(), 'o', ['id', 'kind', 'email', 'createdAt', 'endedAt', 'endReason']),
  'password_resets o WHERE o.user_id = u.id OR o.email = u.email',
);
const EMAIL_CHANGES = listOf(
  fields(emailChangeAttributes(), 'o', ['id', 'oldEmail', 'newEmail', 'createdAt', 'endedAt', 'endReason']),
  'email_changes o WHERE o.user_id = u.id',
);
/** Hides the address and browser of an event that another user caused. */
const SECURITY_EVENTS = listOf(
  `${fields(securityEventAttributes(), 'o', ['id', 'at', 'event'])},
    'ip', CASE WHEN o.actor_id <> o.user_id THEN '' ELSE o.ip END,
    'userAgent', CASE WHEN o.actor_id <> o.user_id THEN '' ELSE o.user_agent END`,
  'security_events o WHERE o.user_id = u.id',
);

const RECORDS: Statement = {
  name: 'identity_personal_records',
  text: `
    SELECT jsonb_build_object('user', jsonb_build_object(${USER}), 'cards', ${CARDS}, 'sessions', ${SESSIONS},
      'registrations', ${REGISTRATIONS}, 'passwordResets', ${PASSWORD_RESETS}, 'emailChanges', ${EMAIL_CHANGES},
      'securityEvents', ${SECURITY_EVENTS}) AS records
    FROM users u WHERE u.id = $1 AND u.erased_at IS NULL`,
};

export const makePersonalRecords = ({ database }: { database: Database }): PersonalRecords => ({
  async of(userId) {
    const [row] = await database.rows<{ records: Record<string, unknown> }>(RECORDS, [userId]);
    return row?.records;
  },
});
