import type { IdentityModels } from './identity-models.js';

/** Both sides of every association within the context. */
export function associate({ users, passwordResets, emailChanges, cards, sessions }: IdentityModels): void {
  users.hasMany(sessions, { foreignKey: 'userId', as: 'sessions' });
  sessions.belongsTo(users, { foreignKey: 'userId', as: 'user' });
  users.hasMany(passwordResets, { foreignKey: 'userId', as: 'passwordResets' });
  passwordResets.belongsTo(users, { foreignKey: 'userId', as: 'user' });

  users.hasMany(emailChanges, { foreignKey: 'userId', as: 'emailChanges' });
  emailChanges.belongsTo(users, { foreignKey: 'userId', as: 'user' });
  users.hasMany(cards, { foreignKey: 'userId', as: 'cards' });
  cards.belongsTo(users, { foreignKey: 'userId', as: 'user' });
}
