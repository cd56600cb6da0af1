import {
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';
import {
  id,
  instant,
  instantOrNull,
  integer,
  MODEL_OPTIONS,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';
import type { Role } from '../../../domain/user.js';

/** A user; an erased one keeps its row without personal data. */
export class UserRow extends Model<InferAttributes<UserRow>, InferCreationAttributes<UserRow>> {
  declare id: string;
  declare email: string;
  declare fullName: string;
  declare role: Role;
  declare emailVerifiedAt: Date | null;
  declare disabledAt: Date | null;
  declare erasedAt: Date | null;
  declare passwordHash: string | null;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
  declare version: number;
}

export const userAttributes = () => ({
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
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineUser = (sequelize: Sequelize) =>
  class extends UserRow {}.init(userAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'user',
    tableName: 'users',
  });
