import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import {
  MODEL_OPTIONS,
  day,
  dayOrNull,
  digest,
  id,
  integer,
  bigInteger,
  reference,
  text,
  textOrNull,
  type BigInteger,
} from '../../../../platform/database/model-columns.js';

/** A line of a bank statement; never changed. */
export class BankLineRow extends Model<InferAttributes<BankLineRow>, InferCreationAttributes<BankLineRow>> {
  declare id: string;
  declare realAccountId: string;
  declare importId: string;
  declare bookedOn: string;
  declare valueDate: string | null;
  declare amount: BigInteger;
  declare currency: string;
  declare remittance: string | null;
  declare counterparty: string | null;
  declare reference: string | null;
  declare fingerprint: Buffer;
  declare occurrence: number;
}

export const bankLineAttributes = () => ({
  id: id(),
  realAccountId: reference(),
  importId: reference(),
  bookedOn: day(),
  valueDate: dayOrNull(),
  amount: bigInteger(),
  currency: text(),
  remittance: textOrNull(),
  counterparty: textOrNull(),
  reference: textOrNull(),
  fingerprint: digest(),
  occurrence: integer(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineBankLine = (sequelize: Sequelize) =>
  class extends BankLineRow {}.init(bankLineAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'cashBankLine',
    tableName: 'cash_bank_lines',
  });
