import {
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';
import {
  flag,
  id,
  instant,
  instantOrNull,
  integer,
  MODEL_OPTIONS,
  reference,
  text,
} from '../../../../platform/database/model-columns.js';

/** A saved card. */
export class CardRow extends Model<InferAttributes<CardRow>, InferCreationAttributes<CardRow>> {
  declare id: string;
  declare userId: string;
  declare gatewayToken: string;
  declare fingerprint: string;
  declare brand: string;
  declare last4: string;
  declare expMonth: number;
  declare expYear: number;
  declare isDefault: boolean;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
  declare removedAt: Date | null;
  declare version: number;
}

export const cardAttributes = () => ({
  id: id(),
  userId: reference(),
  gatewayToken: text(),
  fingerprint: text(),
  brand: text(),
  last4: text(),
  expMonth: integer(),
  expYear: integer(),
  isDefault: flag(),
  createdAt: instant(),
  updatedAt: instant(),
  removedAt: instantOrNull(),
  version: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineCard = (sequelize: Sequelize) =>
  class extends CardRow {}.init(cardAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'card',
    tableName: 'cards',
  });
