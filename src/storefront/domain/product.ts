import { invalidField } from '../../kernel/errors.js';
import { isText, parseText } from './text.js';

export const NAME_BOUNDS = { min: 2, max: 200 };
export const SKU_BOUNDS = { min: 1, max: 64 };
export const MAX_DESCRIPTION = 5_000;
/** Minor units. Keeps the total of 100 lines of 999 pieces within the safe integers. */
export const MAX_PRICE = 10_000_000_000;
export const MAX_STOCK = 1_000_000_000;

declare const brand: unique symbol;
type State = {
  id: string;
  /** Unique without regard to case; without invisible characters. */
  sku: string;
  name: string;
  description: string | null;
  /** Of one piece, in minor units of the practice's currency. */
  price: number;
  /** On sale; a retired product stays for the orders that refer to it. */
  isActive: boolean;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
/** A product without its stock, which changes without a new version of the product. */
export type Product = Readonly<State> & { readonly [brand]: 'Product' };
/** `stock` in pieces, never below zero. */
export type StockedProduct = Readonly<{ product: Product; stock: number }>;

const isPrice = (price: number): boolean => Number.isSafeInteger(price) && price >= 0 && price <= MAX_PRICE;
const isDescription = (text: string | null): boolean =>
  text === null || (text !== '' && text === text.trim() && Array.from(text).length <= MAX_DESCRIPTION);

/** Builds a product from stored values. Throws a plain Error for corrupt data. */
export function restoreProduct(state: State): Product {
  const { id, sku, name, description, price, isActive, createdAt, updatedAt, version } = state;
  const isSound =
    isText(sku, SKU_BOUNDS) &&
    isText(name, NAME_BOUNDS) &&
    isDescription(description) &&
    isPrice(price) &&
    Number.isSafeInteger(version) &&
    version >= 1 &&
    updatedAt >= createdAt;
  if (!isSound) throw new Error(`corrupt product ${id}`);
  return Object.freeze({
    id,
    sku,
    name,
    description,
    price,
    isActive,
    createdAt,
    updatedAt,
    version,
  }) as Product;
}

export type ProductFields = Readonly<{
  sku: string;
  name: string;
  description: string | null;
  /** Minor units. */
  price: number;
  isActive: boolean;
}>;

/** Characters that nobody sees, such as zero-width spaces and bidirectional marks. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const SPACES = /\p{Zs}+/gu;

/** Without invisible characters, so that two SKUs that look alike are equal. 422 `validation`. */
const parseSku = (sku: string): string =>
  parseText(sku.normalize('NFC').replaceAll(INVISIBLE, '').replaceAll(SPACES, ' '), SKU_BOUNDS, '/sku');

/** SKUs are compared without regard to case. */
export const canonicalSku = (sku: string): string => sku.toUpperCase();

/** 422 `validation`. */
function parseFields(fields: ProductFields): ProductFields {
  const description = fields.description?.trim() ?? '';
  if (!isPrice(fields.price)) throw invalidField('/price/amount', `must be 0 to ${MAX_PRICE} minor units`);
  if (!isDescription(description === '' ? null : description))
    throw invalidField('/description', `must be at most ${MAX_DESCRIPTION} characters`);
  return {
    sku: parseSku(fields.sku),
    name: parseText(fields.name, NAME_BOUNDS, '/name'),
    description: description === '' ? null : description,
    price: fields.price,
    isActive: fields.isActive,
  };
}

export const newProduct = (id: string, fields: ProductFields, now: Date): Product =>
  restoreProduct({ id, ...parseFields(fields), createdAt: now, updatedAt: now, version: 1 });

export const changeProduct = (product: Product, changes: Partial<ProductFields>, now: Date): Product =>
  restoreProduct({
    ...product,
    ...parseFields({
      sku: changes.sku ?? product.sku,
      name: changes.name ?? product.name,
      description: changes.description === undefined ? product.description : changes.description,
      price: changes.price ?? product.price,
      isActive: changes.isActive ?? product.isActive,
    }),
    updatedAt: now > product.updatedAt ? now : product.updatedAt,
  });

/** The product as its next saved version. Only repositories call this. */
export const nextProductVersion = (product: Product): Product =>
  restoreProduct({ ...product, version: product.version + 1 });
