import {
  instant,
  money,
  nullable,
  object,
  optional,
  plain,
  quoted,
  text,
} from '../../../platform/database/printing.js';

/** The API's Product, of `products p`, priced in the currency $2; its stock is there where $3 is true. */
export const PRINTED_PRODUCT = object({
  id: quoted('p.id'),
  sku: text('p.sku'),
  name: text('p.name'),
  description: nullable(text('p.description')),
  price: money('p.price', '$2::text'),
  isActive: plain('p.is_active'),
  inStock: plain('p.stock > 0'),
  stock: optional(plain('CASE WHEN $3 THEN p.stock END')),
  version: plain('p.version'),
  createdAt: instant('p.created_at'),
  updatedAt: instant('p.updated_at'),
}).sql;
