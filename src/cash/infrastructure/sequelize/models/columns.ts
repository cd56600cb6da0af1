import { DataTypes } from 'sequelize';

/** A BIGINT is read as text (`minor-units.ts`) and written as a number. */
export type Minor = string | number;

// Functions, because Sequelize writes the column's name into the object that it is given.
export const id = () => ({ type: DataTypes.UUID, primaryKey: true });
export const reference = () => ({ type: DataTypes.UUID, allowNull: false });
export const referenceOrNull = () => ({ type: DataTypes.UUID, allowNull: true });
export const text = () => ({ type: DataTypes.TEXT, allowNull: false });
export const textOrNull = () => ({ type: DataTypes.TEXT, allowNull: true });
export const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
export const minor = () => ({ type: DataTypes.BIGINT, allowNull: false });
export const minorOrNull = () => ({ type: DataTypes.BIGINT, allowNull: true });
export const flag = () => ({ type: DataTypes.BOOLEAN, allowNull: false });
export const instant = () => ({ type: DataTypes.DATE(3), allowNull: false });
export const day = () => ({ type: DataTypes.DATEONLY, allowNull: false });
export const dayOrNull = () => ({ type: DataTypes.DATEONLY, allowNull: true });
export const digest = () => ({ type: DataTypes.BLOB, allowNull: false });
export const instantOrNull = () => ({ type: DataTypes.DATE(3), allowNull: true });

/** Column names in snake case, and no timestamps that Sequelize maintains by itself. */
export const OPTIONS = { underscored: true, timestamps: false } as const;
