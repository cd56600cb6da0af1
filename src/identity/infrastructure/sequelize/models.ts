import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import type { EmailChangeEnd } from '../../domain/email-change.js';
import type { PasswordResetEnd, PasswordResetKind } from '../../domain/password-reset.js';
import type { RegistrationEnd } from '../../domain/registration.js';
import type { SecurityEventName } from '../../domain/security-event.js';
import type { SessionEnd } from '../../domain/session.js';
import type { Role } from '../../domain/user.js';

export interface UserRow extends Model<InferAttributes<UserRow>, InferCreationAttributes<UserRow>> {
  id: string;
  email: string;
  fullName: string;
  role: Role;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  erasedAt: Date | null;
  passwordHash: string | null;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
  version: number;
}

export interface RegistrationRow extends Model<
  InferAttributes<RegistrationRow>,
  InferCreationAttributes<RegistrationRow>
> {
  id: string;
  email: string;
  fullName: string;
  passwordHash: string | null;
  attempts: number;
  createdAt: CreationOptional<Date>;
  expiresAt: Date;
  endedAt: Date | null;
  endReason: RegistrationEnd | null;
}

export interface PasswordResetRow extends Model<
  InferAttributes<PasswordResetRow>,
  InferCreationAttributes<PasswordResetRow>
> {
  id: string;
  kind: PasswordResetKind;
  email: string;
  userId: string | null;
  createdAt: CreationOptional<Date>;
  expiresAt: Date;
  endedAt: Date | null;
  endReason: PasswordResetEnd | null;
}

export interface EmailChangeRow extends Model<
  InferAttributes<EmailChangeRow>,
  InferCreationAttributes<EmailChangeRow>
> {
  id: string;
  userId: string;
  oldEmail: string;
  newEmail: string;
  createdAt: CreationOptional<Date>;
  expiresAt: Date;
  endedAt: Date | null;
  endReason: EmailChangeEnd | null;
}

export interface CardRow extends Model<InferAttributes<CardRow>, InferCreationAttributes<CardRow>> {
  id: string;
  userId: string;
  gatewayToken: string;
  fingerprint: string;
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  isDefault: boolean;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
  removedAt: Date | null;
  version: number;
}

export interface SecurityEventRow extends Model<
  InferAttributes<SecurityEventRow>,
  InferCreationAttributes<SecurityEventRow>
> {
  id: string;
  at: Date;
  userId: string | null;
  actorId: string | null;
  event: SecurityEventName;
  ip: string;
  userAgent: string;
}

export interface SessionRow extends Model<InferAttributes<SessionRow>, InferCreationAttributes<SessionRow>> {
  id: string;
  userId: string;
  generation: number;
  tokenHash: string;
  previousTokenHash: string | null;
  nonce: string | null;
  rotatedAt: Date | null;
  createdAt: CreationOptional<Date>;
  lastUsedAt: Date;
  expiresAt: Date;
  absoluteExpiresAt: Date;
  endedAt: Date | null;
  endReason: SessionEnd | null;
  ip: string;
  userAgent: string;
}

export type IdentityModels = Readonly<{
  users: ModelStatic<UserRow>;
  registrations: ModelStatic<RegistrationRow>;
  passwordResets: ModelStatic<PasswordResetRow>;
  emailChanges: ModelStatic<EmailChangeRow>;
  cards: ModelStatic<CardRow>;
  securityEvents: ModelStatic<SecurityEventRow>;
  sessions: ModelStatic<SessionRow>;
}>;

// Functions, because Sequelize writes the column's name into the object it is given: a shared one would name them all.
const id = () => ({ type: DataTypes.UUID, primaryKey: true });
const userId = () => ({ type: DataTypes.UUID, allowNull: false });
const userIdOrNull = () => ({ type: DataTypes.UUID, allowNull: true });
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const textOrNull = () => ({ type: DataTypes.TEXT, allowNull: true });
const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
const boolean = () => ({ type: DataTypes.BOOLEAN, allowNull: false });
const instant = () => ({ type: DataTypes.DATE(3), allowNull: false });
const instantOrNull = () => ({ type: DataTypes.DATE(3), allowNull: true });

/** The models of one connection pool. Times and versions are the domain's business, so Sequelize sets neither. */
export function makeIdentityModels({ sequelize }: { sequelize: Sequelize }): IdentityModels {
  const options = (tableName: string) => ({ tableName, underscored: true, timestamps: false });

  const users = sequelize.define<UserRow>(
    'user',
    {
      id: id(),
      email: text(),
      fullName: text(),
      role: text(),
      emailVerifiedAt: instantOrNull(),
      disabledAt: instantOrNull(),
      erasedAt: instantOrNull(),
      passwordHash: textOrNull(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('users'),
  );
  const registrations = sequelize.define<RegistrationRow>(
    'registration',
    {
      id: id(),
      email: text(),
      fullName: text(),
      passwordHash: textOrNull(),
      attempts: integer(),
      createdAt: instant(),
      expiresAt: instant(),
      endedAt: instantOrNull(),
      endReason: textOrNull(),
    },
    options('registrations'),
  );
  const passwordResets = sequelize.define<PasswordResetRow>(
    'passwordReset',
    {
      id: id(),
      kind: text(),
      email: text(),
      userId: userIdOrNull(),
      createdAt: instant(),
      expiresAt: instant(),
      endedAt: instantOrNull(),
      endReason: textOrNull(),
    },
    options('password_resets'),
  );
  const emailChanges = sequelize.define<EmailChangeRow>(
    'emailChange',
    {
      id: id(),
      userId: userId(),
      oldEmail: text(),
      newEmail: text(),
      createdAt: instant(),
      expiresAt: instant(),
      endedAt: instantOrNull(),
      endReason: textOrNull(),
    },
    options('email_changes'),
  );
  const cards = sequelize.define<CardRow>(
    'card',
    {
      id: id(),
      userId: userId(),
      gatewayToken: text(),
      fingerprint: text(),
      brand: text(),
      last4: text(),
      expMonth: integer(),
      expYear: integer(),
      isDefault: boolean(),
      createdAt: instant(),
      updatedAt: instant(),
      removedAt: instantOrNull(),
      version: integer(),
    },
    options('cards'),
  );
  // No association: `userId` may be null, and the log outlives what it is about.
  const securityEvents = sequelize.define<SecurityEventRow>(
    'securityEvent',
    {
      id: id(),
      at: instant(),
      userId: userIdOrNull(),
      actorId: userIdOrNull(),
      event: text(),
      ip: text(),
      userAgent: text(),
    },
    options('security_events'),
  );
  const sessions = sequelize.define<SessionRow>(
    'session',
    {
      id: id(),
      userId: userId(),
      generation: integer(),
      tokenHash: text(),
      previousTokenHash: textOrNull(),
      nonce: textOrNull(),
      rotatedAt: instantOrNull(),
      createdAt: instant(),
      lastUsedAt: instant(),
      expiresAt: instant(),
      absoluteExpiresAt: instant(),
      endedAt: instantOrNull(),
      endReason: textOrNull(),
      ip: text(),
      userAgent: text(),
    },
    options('sessions'),
  );

  users.hasMany(sessions, { foreignKey: 'userId', as: 'sessions' });
  sessions.belongsTo(users, { foreignKey: 'userId', as: 'user' });
  users.hasMany(passwordResets, { foreignKey: 'userId', as: 'passwordResets' });
  passwordResets.belongsTo(users, { foreignKey: 'userId', as: 'user' });

  users.hasMany(emailChanges, { foreignKey: 'userId', as: 'emailChanges' });
  emailChanges.belongsTo(users, { foreignKey: 'userId', as: 'user' });
  users.hasMany(cards, { foreignKey: 'userId', as: 'cards' });
  cards.belongsTo(users, { foreignKey: 'userId', as: 'user' });

  return { users, registrations, passwordResets, emailChanges, cards, securityEvents, sessions };
}
