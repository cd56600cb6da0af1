import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import type { RealAccountKind } from '../../../domain/real-account.js';
import {
  MODEL_OPTIONS,
  id,
  instant,
  instantOrNull,
  integer,
  text,
  textOrNull,
} from '../../../../platform/database/model-columns.js';

/** A bank account or a cash box. */
export class RealAccountRow extends Model<
  InferAttributes<RealAccountRow>,
  InferCreationAttributes<RealAccountRow>
> {
  declare id: string;
  declare code: string | null;
  declare name: string;
  declare kind: RealAccountKind;
  declare currency: string;
  declare iban: string | null;
  declare archivedAt: Date | null;
  declare closedThrough: string | null;
  declare closedUntil: Date | null;
  declare createdAt: Date;
  declare updatedAt: Date;
  declare version: number;
}

export const realAccountAttributes = () => ({
  id: id(),
  code: textOrNull(),
  name: text(),
  kind: text(),
  currency: text(),
  iban: textOrNull(),
  archivedAt: instantOrNull(),
  closedThrough: textOrNull(),
  closedUntil: instantOrNull(),
  createdAt: instant(),
  updatedAt: instant(),
  version: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineRealAccount = (sequelize: Sequelize) =>
  class extends RealAccountRow {}.init(realAccountAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashRealAccount',
    tableName: 'cash_real_accounts',
  });
