import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  MODEL_OPTIONS,
  digest,
  id,
  instant,
  integer,
  reference,
  referenceOrNull,
  text,
} from '../../../../platform/database/model-columns.js';

/** An imported bank statement. */
export class ImportRow extends Model<InferAttributes<ImportRow>, InferCreationAttributes<ImportRow>> {
  declare id: string;
  declare realAccountId: string;
  declare profile: string;
  declare fileSha256: Buffer;
  declare fileBytes: number;
  declare added: number;
  declare duplicates: number;
  declare rejected: number;
  declare importedAt: Date;
  declare importedBy: string | null;
}

export const importAttributes = () => ({
  id: id(),
  realAccountId: reference(),
  profile: text(),
  // The name is spelled out: a digit is no new word to Sequelize.
  fileSha256: { ...digest(), field: 'file_sha256' },
  fileBytes: integer(),
  added: integer(),
  duplicates: integer(),
  rejected: integer(),
  importedAt: instant(),
  importedBy: referenceOrNull(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineImport = (sequelize: Sequelize) =>
  class extends ImportRow {}.init(importAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashImport',
    tableName: 'cash_imports',
  });
