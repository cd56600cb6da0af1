import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  id,
  instant,
  MODEL_OPTIONS,
  referenceOrNull,
  text,
} from '../../../../platform/database/model-columns.js';
import type { SecurityEventName } from '../../../domain/security-event.js';

/** A security event. Without an association: it outlives its user, and `userId` may be null. */
export class SecurityEventRow extends Model<
  InferAttributes<SecurityEventRow>,
  InferCreationAttributes<SecurityEventRow>
> {
  declare id: string;
  declare at: Date;
  declare userId: string | null;
  declare actorId: string | null;
  declare event: SecurityEventName;
  declare ip: string;
  declare userAgent: string;
}

export const securityEventAttributes = () => ({
  id: id(),
  at: instant(),
  userId: referenceOrNull(),
  actorId: referenceOrNull(),
  event: text(),
  ip: text(),
  userAgent: text(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineSecurityEvent = (sequelize: Sequelize) =>
  class extends SecurityEventRow {}.init(securityEventAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'securityEvent',
    tableName: 'security_events',
  });
