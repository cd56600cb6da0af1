import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import type { PasswordResetEnd } from '../../domain/password-reset.js';
import type { RegistrationEnd } from '../../domain/registration.js';
import type { SessionEnd } from '../../domain/session.js';
import type { Role } from '../../domain/user.js';

export interface UserRow extends Model<InferAttributes<UserRow>, InferCreationAttributes<UserRow>> {
  id: string;
  email: string;
  fullName: string;
  role: Role;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
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
  email: string;
  userId: string | null;
  createdAt: CreationOptional<Date>;
  expiresAt: Date;
  endedAt: Date | null;
  endReason: PasswordResetEnd | null;
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
  sessions: ModelStatic<SessionRow>;
}>;

// Functions, because Sequelize writes the column's name into the object it is given: a shared one would name them all.
const id = () => ({ type: DataTypes.UUID, primaryKey: true });
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const textOrNull = () => ({ type: DataTypes.TEXT, allowNull: true });
const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
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
      email: text(),
      userId: { type: DataTypes.UUID, allowNull: true },
      createdAt: instant(),
      expiresAt: instant(),
      endedAt: instantOrNull(),
      endReason: textOrNull(),
    },
    options('password_resets'),
  );
  const sessions = sequelize.define<SessionRow>(
    'session',
    {
      id: id(),
      userId: { type: DataTypes.UUID, allowNull: false },
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

  return { users, registrations, passwordResets, sessions };
}
