import type { ModelStatic } from 'sequelize';
import type { CardRow } from './card.js';
import type { EmailChangeRow } from './email-change.js';
import type { PasswordResetRow } from './password-reset.js';
import type { RegistrationRow } from './registration.js';
import type { SecurityEventRow } from './security-event.js';
import type { SessionRow } from './session.js';
import type { UserRow } from './user.js';

export type IdentityModels = Readonly<{
  users: ModelStatic<UserRow>;
  registrations: ModelStatic<RegistrationRow>;
  passwordResets: ModelStatic<PasswordResetRow>;
  emailChanges: ModelStatic<EmailChangeRow>;
  cards: ModelStatic<CardRow>;
  securityEvents: ModelStatic<SecurityEventRow>;
  sessions: ModelStatic<SessionRow>;
}>;
