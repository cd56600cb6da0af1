import { DataTypes } from 'sequelize';

/** A BIGINT is read as text, so that no digit is lost, and written as a number. */
export type BigInteger = string | number;

// Functions, because Sequelize writes the column's name into the object that it is given.
export const id = () => ({ type: DataTypes.UUID, primaryKey: true });
export const reference = () => ({ type: DataTypes.UUID, allowNull: false });
export const referenceOrNull = () => ({ type: DataTypes.UUID, allowNull: true });
export const text = () => ({ type: DataTypes.TEXT, allowNull: false });
export const textOrNull = () => ({ type: DataTypes.TEXT, allowNull: true });
export const texts = () => ({ type: DataTypes.ARRAY(DataTypes.TEXT), allowNull: false });
export const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
export const integerOrNull = () => ({ type: DataTypes.INTEGER, allowNull: true });
export const bigInteger = () => ({ type: DataTypes.BIGINT, allowNull: false });
export const bigIntegerOrNull = () => ({ type: DataTypes.BIGINT, allowNull: true });
export const flag = () => ({ type: DataTypes.BOOLEAN, allowNull: false });
/** timestamptz(3): a JavaScript Date has milliseconds. */
export const instant = () => ({ type: DataTypes.DATE(3), allowNull: false });
export const instantOrNull = () => ({ type: DataTypes.DATE(3), allowNull: true });
export const day = () => ({ type: DataTypes.DATEONLY, allowNull: false });
export const dayOrNull = () => ({ type: DataTypes.DATEONLY, allowNull: true });
export const digest = () => ({ type: DataTypes.BLOB, allowNull: false });

/** Column names in snake case. The domain sets times and versions, so Sequelize maintains no timestamps. */
export const MODEL_OPTIONS = { underscored: true, timestamps: false } as const;
