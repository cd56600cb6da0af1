import type { Sequelize } from 'sequelize';
import { associate } from './models/associations.js';
import type { IdentityModels } from './models/identity-models.js';
import { defineCard } from './models/card.js';
import { defineEmailChange } from './models/email-change.js';
import { definePasswordReset } from './models/password-reset.js';
import { defineRegistration } from './models/registration.js';
import { defineSecurityEvent } from './models/security-event.js';
import { defineSession } from './models/session.js';
import { defineUser } from './models/user.js';

export type { IdentityModels } from './models/identity-models.js';
export type { EmailChangeRow } from './models/email-change.js';
export type { PasswordResetRow } from './models/password-reset.js';
export type { RegistrationRow } from './models/registration.js';
export type { SessionRow } from './models/session.js';

/** The models of one connection pool. */
export function makeIdentityModels({ sequelize }: { sequelize: Sequelize }): IdentityModels {
  const models: IdentityModels = {
    users: defineUser(sequelize),
    registrations: defineRegistration(sequelize),
    passwordResets: definePasswordReset(sequelize),
    emailChanges: defineEmailChange(sequelize),
    cards: defineCard(sequelize),
    securityEvents: defineSecurityEvent(sequelize),
    sessions: defineSession(sequelize),
  };
  associate(models);
  return models;
}
