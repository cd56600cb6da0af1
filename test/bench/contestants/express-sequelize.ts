/** A server as most tutorials write it: Express, Sequelize models and `include`. */
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { DataTypes, Sequelize, type Model, type ModelAttributes } from 'sequelize';
import { v7 } from 'uuid';
import { APPOINTMENT_MS, PAGE, Refusal, refusalOf, type BookingBody, type OrderBody } from './contract.js';
import { announce, DATABASE_URL, POOL_MAX } from './environment.js';

const sequelize = new Sequelize(DATABASE_URL, {
  pool: { max: POOL_MAX },
  logging: false,
  define: { underscored: true, timestamps: false },
});

const id = { type: DataTypes.UUID, primaryKey: true };
const define = (name: string, tableName: string, attributes: ModelAttributes) =>
  sequelize.define<Model<Record<string, unknown>>>(name, { id, ...attributes }, { tableName });

const User = define('User', 'users', { fullName: DataTypes.TEXT });
const Product = define('Product', 'products', {
  sku: DataTypes.TEXT,
  name: DataTypes.TEXT,
  description: DataTypes.TEXT,
  price: DataTypes.INTEGER,
  stock: DataTypes.INTEGER,
  createdAt: DataTypes.DATE,
});
const Order = define('Order', 'orders', {
  userId: DataTypes.UUID,
  status: DataTypes.TEXT,
  total: DataTypes.INTEGER,
  createdAt: DataTypes.DATE,
});
const OrderLine = define('OrderLine', 'order_lines', {
  orderId: DataTypes.UUID,
  productId: DataTypes.UUID,
  position: DataTypes.INTEGER,
  name: DataTypes.TEXT,
  quantity: DataTypes.INTEGER,
  unitPrice: DataTypes.INTEGER,
});
const Appointment = define('Appointment', 'appointments', {
  doctorId: DataTypes.UUID,
  patientId: DataTypes.UUID,
  startsAt: DataTypes.DATE,
  endsAt: DataTypes.DATE,
  status: DataTypes.TEXT,
});
const Post = define('Post', 'posts', {
  authorId: DataTypes.UUID,
  title: DataTypes.TEXT,
  content: DataTypes.TEXT,
  createdAt: DataTypes.DATE,
});
const Comment = define('Comment', 'comments', {
  postId: DataTypes.UUID,
  authorId: DataTypes.UUID,
  comment: DataTypes.TEXT,
  createdAt: DataTypes.DATE,
});
Order.hasMany(OrderLine, { as: 'lines', foreignKey: 'orderId' });
OrderLine.belongsTo(Order, { foreignKey: 'orderId' });
Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
Post.hasMany(Comment, { as: 'comments', foreignKey: 'postId' });
Comment.belongsTo(Post, { foreignKey: 'postId' });
Comment.belongsTo(User, { as: 'author', foreignKey: 'authorId' });

// Made for each query, because Sequelize changes the options that it gets.
const withAuthor = () => ({ model: User, as: 'author', attributes: ['id', 'fullName'] });
const newestFirst = (): [string, string][] => [
  ['createdAt', 'DESC'],
  ['id', 'DESC'],
];

const app = express();
app.use(express.json());

app.get('/products/:id', async (request, response) => {
  const product = await Product.findByPk(request.params.id, { attributes: { exclude: ['stock'] } });
  if (product === null) throw new Refusal(404, 'no such product');
  response.json(product);
});

app.get('/orders', async (request, response) => {
  const items = await Order.findAll({
    where: { userId: request.query['userId'] as string },
    attributes: { exclude: ['userId'] },
    include: { model: OrderLine, as: 'lines', separate: true, order: ['position'] },
    order: newestFirst(),
    limit: PAGE,
  });
  response.json({ items });
});

app.get('/posts', async (_request, response) => {
  const items = await Post.findAll({
    attributes: { exclude: ['authorId'] },
    include: [
      withAuthor(),
      // An included list cannot be sorted in the same statement as a page of its parents.
      { model: Comment, as: 'comments', separate: true, order: newestFirst(), include: [withAuthor()] },
    ],
    order: newestFirst(),
    limit: PAGE,
  });
  response.json({ items });
});

app.post('/orders', async (request, response) => {
  const { userId, lines: wanted } = request.body as OrderBody;
  const order = await sequelize.transaction(async (transaction) => {
    const products = await Product.findAll({
      where: { id: wanted.map(({ productId }) => productId) },
      order: ['id'],
      lock: true,
      transaction,
    });
    const lines = [];
    for (const [position, { productId, quantity }] of wanted.entries()) {
      const product = products.find((each) => each.get('id') === productId);
      if (product === undefined) throw new Refusal(404, 'no such product');
      if ((product.get('stock') as number) < quantity) throw new Refusal(409, 'not enough in stock');
      await product.decrement('stock', { by: quantity, transaction });
      const unitPrice = product.get('price') as number;
      lines.push({ id: v7(), productId, position, name: product.get('name'), quantity, unitPrice });
    }
    const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
    return Order.create(
      { id: v7(), userId, status: 'pending', total, createdAt: new Date(), lines },
      { include: { model: OrderLine, as: 'lines' }, transaction },
    );
  });
  response.status(201).json(order);
});

app.post('/appointments', async (request, response) => {
  const { doctorId, patientId, startsAt } = request.body as BookingBody;
  const start = new Date(startsAt);
  const endsAt = new Date(start.getTime() + APPOINTMENT_MS);
  const booking = { id: v7(), doctorId, patientId, startsAt: start, endsAt, status: 'booked' };
  response.status(201).json(await Appointment.create(booking));
});

// Express recognises an error handler by its four parameters.
app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
  response.status(refusalOf(error)?.status ?? 500).json({ error: String(error) });
});

const server = app.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port));
server.keepAliveTimeout = 60_000;
