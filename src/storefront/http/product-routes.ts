import { z } from 'zod';
import type { Practice } from '../../kernel/practice.js';
import { defineRoute, type Principal } from '../../platform/http/routing/route.js';
import { flag, trimmedText } from '../../platform/http/requests/schemas.js';
import type { AddProduct } from '../application/add-product.js';
import type { AdjustStock } from '../application/adjust-stock.js';
import type { ChangeProduct } from '../application/change-product.js';
import { isStaff } from '../application/caller.js';
import { MAX_STOCK, type StockedProduct } from '../application/domain-types.js';
import type { ListProducts } from '../application/list-products.js';
import type { ListStockMovements } from '../application/list-stock-movements.js';
import type { ViewProduct } from '../application/view-product.js';
import type { RemoveProduct } from '../application/remove-product.js';
import { exampleMovement, exampleProduct, exampleStockedProduct } from './examples.js';
import {
  byId,
  movementReply,
  priceIn,
  productDescription,
  productName,
  productReply,
  reason,
  sku,
  stockCount,
  toMovementReply,
  toProductReply,
} from './schemas.js';

const tag = 'products';
const exampleParams = { id: exampleProduct.id };

const replyFor = (actor: Principal | null, { currency }: Practice) => {
  const showsStock = actor !== null && isStaff(actor);
  return (product: StockedProduct) => toProductReply(product, { practiceCurrency: currency, showsStock });
};

export const productRoutes = [
  defineRoute<{ listProducts: ListProducts; practice: Practice }>()({
    method: 'get',
    path: '/v1/products',
    operationId: 'listProducts',
    tag,
    summary: 'List products, newest first',
    description: 'Staff also get retired products and the stock of each.',
    allow: 'anyone',
    identify: true,
    query: z.object({
      q: trimmedText({ min: 1, max: 100 })
        .optional()
        .meta({ description: 'Text anywhere in name or description, case-insensitive' }),
      isActive: flag
        .optional()
        .meta({ description: 'For staff: true for products on sale, false for retired ones' }),
    }),
    status: 200,
    items: productReply,
    problems: ['forbidden'],
    example: { query: { q: 'brush' } },
    handle: async ({ actor, query: { q, isActive }, page }, { listProducts, practice }) => {
      const { items, next } = await listProducts({ caller: actor, filter: { q, isActive }, page });
      return { items: items.map(replyFor(actor, practice)), next };
    },
  }),
  defineRoute<{ viewProduct: ViewProduct; practice: Practice }>()({
    method: 'get',
    path: '/v1/products/{id}',
    operationId: 'getProduct',
    tag,
    summary: 'One product',
    allow: 'anyone',
    identify: true,
    params: byId,
    status: 200,
    reply: productReply,
    example: { params: exampleParams, reply: exampleProduct },
    handle: async ({ actor, params }, { viewProduct, practice }) =>
      replyFor(actor, practice)(await viewProduct({ caller: actor, productId: params.id })),
  }),
  defineRoute<{ addProduct: AddProduct; practice: Practice }>()({
    method: 'post',
    path: '/v1/products',
    operationId: 'addProduct',
    tag,
    summary: 'Add a product',
    description: 'SKUs are compared without regard to case; invisible characters in them are removed.',
    allow: 'staff',
    body: z.strictObject({
      sku,
      name: productName,
      description: productDescription.optional(),
      price: priceIn,
      stock: stockCount.default(0),
      isActive: z.boolean().default(true),
    }),
    status: 201,
    reply: productReply,
    location: ({ id }) => `/v1/products/${id}`,
    problems: ['sku-taken', 'currency-mismatch'],
    example: {
      body: {
        sku: exampleProduct.sku,
        name: exampleProduct.name,
        description: exampleProduct.description,
        price: exampleProduct.price,
        stock: 40,
      },
      reply: exampleStockedProduct,
    },
    handle: async ({ actor, body }, { addProduct, practice }) =>
      replyFor(actor, practice)(await addProduct({ ...body, description: body.description ?? null })),
  }),
  defineRoute<{ changeProduct: ChangeProduct; practice: Practice }>()({
    method: 'patch',
    path: '/v1/products/{id}',
    operationId: 'changeProduct',
    tag,
    summary: 'Change a product',
    description:
      'Existing orders keep name and price. `stock` is refused: it changes by `POST /v1/products/{id}/stock-adjustments` alone, so that an edit of an outdated page does not undo sales.',
    allow: 'staff',
    params: byId,
    body: z.strictObject({
      sku: sku.optional(),
      name: productName.optional(),
      description: productDescription.optional(),
      price: priceIn.optional(),
      isActive: z.boolean().optional(),
    }),
    status: 200,
    reply: productReply,
    problems: ['sku-taken', 'currency-mismatch'],
    example: {
      params: exampleParams,
      body: { price: { amount: 520, currency: 'EUR' } },
      reply: { ...exampleStockedProduct, price: { amount: 520, currency: 'EUR' }, version: 2 },
    },
    handle: async ({ actor, params, body, expectedVersion }, { changeProduct, practice }) =>
      replyFor(
        actor,
        practice,
      )(await changeProduct({ productId: params.id, changes: body, expectedVersion })),
  }),
  defineRoute<{ removeProduct: RemoveProduct }>()({
    method: 'delete',
    path: '/v1/products/{id}',
    operationId: 'removeProduct',
    tag,
    summary: 'Delete a product, or retire it',
    description: 'A product that was sold is retired (`isActive: false`), because orders refer to it.',
    allow: 'staff',
    params: byId,
    precondition: 'honoured',
    status: 204,
    example: { params: exampleParams },
    handle: ({ params, expectedVersion }, { removeProduct }) =>
      removeProduct({ productId: params.id, expectedVersion }),
  }),
  defineRoute<{ adjustStock: AdjustStock }>()({
    method: 'post',
    path: '/v1/products/{id}/stock-adjustments',
    operationId: 'adjustStock',
    tag,
    summary: 'Adjust the stock of a product',
    allow: 'staff',
    idempotency: 'required',
    params: byId,
    body: z.strictObject({ delta: z.int().min(-MAX_STOCK).max(MAX_STOCK), reason }),
    status: 201,
    reply: movementReply,
    location: (_movement, { id }) => `/v1/products/${id}/stock-movements`,
    problems: ['insufficient-stock'],
    example: {
      params: exampleParams,
      body: { delta: exampleMovement.delta, reason: exampleMovement.reason },
      reply: exampleMovement,
    },
    handle: async ({ params, body }, { adjustStock }) =>
      toMovementReply(await adjustStock({ productId: params.id, ...body })),
  }),
  defineRoute<{ listStockMovements: ListStockMovements }>()({
    method: 'get',
    path: '/v1/products/{id}/stock-movements',
    operationId: 'listStockMovements',
    tag,
    summary: 'List stock movements, newest first',
    description: 'The stock is the sum of all movements.',
    allow: 'staff',
    params: byId,
    status: 200,
    items: movementReply,
    example: { params: exampleParams },
    handle: async ({ params, page }, { listStockMovements }) => {
      const { items, next } = await listStockMovements({ productId: params.id, page });
      return { items: items.map(toMovementReply), next };
    },
  }),
];
