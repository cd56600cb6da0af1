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
  reference,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';
import type { SessionEnd } from '../../../domain/session.js';

/** A session. */
export class SessionRow extends Model<InferAttributes<SessionRow>, InferCreationAttributes<SessionRow>> {
  declare id: string;
  declare userId: string;
  declare generation: number;
  declare tokenHash: string;
  declare previousTokenHash: string | null;
  declare nonce: string | null;
  declare rotatedAt: Date | null;
  declare createdAt: CreationOptional<Date>;
  declare lastUsedAt: Date;
  declare expiresAt: Date;
  declare absoluteExpiresAt: Date;
  declare endedAt: Date | null;
  declare endReason: SessionEnd | null;
  declare ip: string;
  declare userAgent: string;
}

export const sessionAttributes = () => ({
  id: id(),
  userId: reference(),
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
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineSession = (sequelize: Sequelize) =>
  class extends SessionRow {}.init(sessionAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'session',
    tableName: 'sessions',
  });
