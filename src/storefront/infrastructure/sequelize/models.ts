import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';

/** BIGINT arrives as text. */
type Minor = string | number;

export interface ProductRow extends Model<InferAttributes<ProductRow>, InferCreationAttributes<ProductRow>> {
  id: string;
  sku: string;
  name: string;
  description: string | null;
  price: Minor;
  stock: CreationOptional<Minor>;
  isActive: boolean;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
  version: number;
}

export interface DiscountRow extends Model<
  InferAttributes<DiscountRow>,
  InferCreationAttributes<DiscountRow>
> {
  id: string;
  code: string;
  kind: 'percent' | 'fixed';
  basisPoints: number | null;
  amount: Minor | null;
  minSubtotal: Minor;
  startsAt: Date | null;
  endsAt: Date | null;
  maxUses: number | null;
  maxUsesPerUser: number | null;
  isActive: boolean;
  used: CreationOptional<number>;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
  version: number;
}

export interface OrderLineRow extends Model<
  InferAttributes<OrderLineRow>,
  InferCreationAttributes<OrderLineRow>
> {
  id: string;
  orderId: string;
  productId: string;
}

export interface OrderRow extends Model<InferAttributes<OrderRow>, InferCreationAttributes<OrderRow>> {
  id: string;
  discountId: string | null;
}

export type StorefrontModels = Readonly<{
  products: ModelStatic<ProductRow>;
  discounts: ModelStatic<DiscountRow>;
  orders: ModelStatic<OrderRow>;
  orderLines: ModelStatic<OrderLineRow>;
}>;

// Functions, because Sequelize writes the column's name into the object it gets: a shared object would name all columns.
const id = () => ({ type: DataTypes.UUID, primaryKey: true });
const reference = () => ({ type: DataTypes.UUID, allowNull: false });
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const minor = () => ({ type: DataTypes.BIGINT, allowNull: false });
const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
const integerOrNull = () => ({ type: DataTypes.INTEGER, allowNull: true });
const flag = () => ({ type: DataTypes.BOOLEAN, allowNull: false });
const instant = () => ({ type: DataTypes.DATE(3), allowNull: false });
const instantOrNull = () => ({ type: DataTypes.DATE(3), allowNull: true });

/**
 * Products and discounts, and the columns of orders and lines that refer to them. Complete orders are written and read by
 * one SQL statement each.
 */
export function makeStorefrontModels({ sequelize }: { sequelize: Sequelize }): StorefrontModels {
  const options = (tableName: string) => ({ tableName, underscored: true, timestamps: false });

  const products = sequelize.define<ProductRow>(
    'product',
    {
      id: id(),
      sku: text(),
      name: text(),
      description: { type: DataTypes.TEXT, allowNull: true },
      price: minor(),
      stock: minor(),
      isActive: flag(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('products'),
  );
  const discounts = sequelize.define<DiscountRow>(
    'discount',
    {
      id: id(),
      code: text(),
      kind: text(),
      basisPoints: integerOrNull(),
      amount: { type: DataTypes.BIGINT, allowNull: true },
      minSubtotal: minor(),
      startsAt: instantOrNull(),
      endsAt: instantOrNull(),
      maxUses: integerOrNull(),
      maxUsesPerUser: integerOrNull(),
      isActive: flag(),
      used: integer(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('discounts'),
  );
  const orders = sequelize.define<OrderRow>(
    'order',
    { id: id(), discountId: { type: DataTypes.UUID, allowNull: true } },
    options('orders'),
  );
  const orderLines = sequelize.define<OrderLineRow>(
    'orderLine',
    { id: id(), orderId: reference(), productId: reference() },
    options('order_lines'),
  );

  orders.hasMany(orderLines, { foreignKey: 'orderId', as: 'lines' });
  orderLines.belongsTo(orders, { foreignKey: 'orderId', as: 'order' });
  products.hasMany(orderLines, { foreignKey: 'productId', as: 'orderLines' });
  orderLines.belongsTo(products, { foreignKey: 'productId', as: 'product' });
  discounts.hasMany(orders, { foreignKey: 'discountId', as: 'orders' });
  orders.belongsTo(discounts, { foreignKey: 'discountId', as: 'appliedDiscount' });

  return { products, discounts, orders, orderLines };
}
