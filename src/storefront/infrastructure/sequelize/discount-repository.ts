import type { Transaction } from 'sequelize';
import { invalidField, versionMismatch } from '../../../kernel/errors.js';
import { toNumber } from '../../../platform/database/big-integer.js';
import { makeTransactionDatabase, type Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { DiscountRepository } from '../../application/ports.js';
import { nextDiscountVersion, restoreDiscount, type Discount } from '../../domain/discount.js';
import { codeTaken, discountExhausted } from '../../domain/errors.js';
import type { Reduction } from '../../domain/pricing.js';
import type { StorefrontModels } from './models.js';

/** A row of `discounts`, from the model or from a query with the same column names. */
export type DiscountColumns = Readonly<
  Omit<Parameters<typeof restoreDiscount>[0], 'reduction' | 'minSubtotal'> & {
    kind: 'percent' | 'fixed';
    basisPoints: number | null;
    amount: string | number | null;
    minSubtotal: string | number;
  }
>;

function toReduction({ id, kind, basisPoints, amount }: DiscountColumns): Reduction {
  if (kind === 'percent' && basisPoints !== null) return { kind, basisPoints };
  if (kind === 'fixed' && amount !== null) return { kind, amount: toNumber(amount) };
  throw new Error(`corrupt discount ${id}`);
}

export const toDiscount = (row: DiscountColumns): Discount =>
  restoreDiscount({
    id: row.id,
    code: row.code,
    reduction: toReduction(row),
    minSubtotal: toNumber(row.minSubtotal),
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    maxUses: row.maxUses,
    maxUsesPerUser: row.maxUsesPerUser,
    isActive: row.isActive,
    used: row.used,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  });

/** Everything but `used`. */
const fromDiscount = ({ reduction, ...discount }: Discount) => ({
  id: discount.id,
  code: discount.code,
  kind: reduction.kind,
  basisPoints: reduction.kind === 'percent' ? reduction.basisPoints : null,
  amount: reduction.kind === 'fixed' ? reduction.amount : null,
  minSubtotal: discount.minSubtotal,
  startsAt: discount.startsAt,
  endsAt: discount.endsAt,
  maxUses: discount.maxUses,
  maxUsesPerUser: discount.maxUsesPerUser,
  isActive: discount.isActive,
  createdAt: discount.createdAt,
  updatedAt: discount.updatedAt,
  version: discount.version,
});

/** The statement that counts a use also checks both limits, so it never relies on an outdated read. */
const TAKE: Statement = {
  name: 'storefront_take_discount',
  text: `
    WITH taken AS (
      UPDATE discounts SET used = used + 1
      WHERE id = $1 AND (max_uses IS NULL OR used < max_uses)
      RETURNING id, max_uses_per_user
    ), by_user AS (
      INSERT INTO discount_uses AS u (discount_id, user_id, used)
      SELECT id, $2, 1 FROM taken
      ON CONFLICT (discount_id, user_id) DO UPDATE SET used = u.used + 1
      WHERE u.used < coalesce((SELECT max_uses_per_user FROM taken), u.used + 1)
      RETURNING discount_id
    )
    SELECT discount_id FROM by_user`,
};

const RELEASE: Statement = {
  name: 'storefront_release_discount',
  text: `
    WITH released AS (UPDATE discounts SET used = used - 1 WHERE id = $1 RETURNING id)
    UPDATE discount_uses u SET used = u.used - 1 FROM released WHERE u.discount_id = released.id AND u.user_id = $2`,
};

const USES_BY: Statement = {
  name: 'storefront_discount_uses',
  text: 'SELECT used FROM discount_uses WHERE discount_id = $1 AND user_id = $2',
};

const translate = (error: unknown): unknown => {
  const constraint = violatedConstraint(error);
  if (constraint === 'discounts_code_key') return codeTaken();
  if (constraint === 'discount_uses_user_id_fkey') return invalidField('/userId', 'There is no such user.');
  return error;
};

const translated = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    throw translate(error);
  }
};

export const makeDiscountRepository = ({
  storefrontModels: { discounts, orders },
  transaction,
}: {
  storefrontModels: StorefrontModels;
  transaction: Transaction;
}): DiscountRepository => {
  const database = makeTransactionDatabase(transaction);
  const lock = transaction.LOCK.NO_KEY_UPDATE;
  return {
    async lock(id) {
      const row = await discounts.findByPk(id, { transaction, lock });
      return row === null ? undefined : toDiscount(row);
    },
    async lockByCode(code) {
      const row = await discounts.findOne({ where: { code }, transaction, lock });
      return row === null ? undefined : toDiscount(row);
    },
    async insert(discount) {
      const row = { ...fromDiscount(discount), used: 0 };
      await translated(discounts.create(row, { transaction, returning: false }));
    },
    async save(discount) {
      const saved = nextDiscountVersion(discount);
      const where = { id: discount.id, version: discount.version };
      const [count] = await translated(discounts.update(fromDiscount(saved), { where, transaction }));
      if (count === 0) throw versionMismatch();
      return saved;
    },
    async usesBy(id, userId) {
      const [row] = await database.rows<{ used: number }>(USES_BY, [id, userId]);
      return row?.used ?? 0;
    },
    async take(id, userId) {
      const rows = await translated(database.rows(TAKE, [id, userId]));
      if (rows.length === 0) throw discountExhausted();
    },
    async release(id, userId) {
      await database.rows(RELEASE, [id, userId]);
    },
    async wasUsed(id) {
      const order = await orders.findOne({ attributes: ['id'], where: { discountId: id }, transaction });
      return order !== null;
    },
    async delete(id) {
      await discounts.destroy({ where: { id }, transaction });
    },
  };
};
