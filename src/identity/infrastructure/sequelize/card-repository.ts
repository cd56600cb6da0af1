import { Op, type Transaction } from 'sequelize';
import type { CardRepository } from '../../application/ports.js';
import { type Card, restoreCard } from '../../domain/card.js';
import type { IdentityModels } from './models.js';

/** A row of `cards`, from a model or from a query with the same column names. */
export type CardColumns = Parameters<typeof restoreCard>[0];

export const toCard = (row: CardColumns): Card =>
  restoreCard({
    id: row.id,
    userId: row.userId,
    gatewayToken: row.gatewayToken,
    fingerprint: row.fingerprint,
    brand: row.brand,
    last4: row.last4,
    expMonth: row.expMonth,
    expYear: row.expYear,
    isDefault: row.isDefault,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    removedAt: row.removedAt,
    version: row.version,
  });

const fromCard = (card: Card) => ({
  id: card.id,
  userId: card.userId,
  gatewayToken: card.gatewayToken,
  fingerprint: card.fingerprint,
  brand: card.brand,
  last4: card.last4,
  expMonth: card.expMonth,
  expYear: card.expYear,
  isDefault: card.isDefault,
  createdAt: card.createdAt,
  updatedAt: card.updatedAt,
  removedAt: card.removedAt,
  version: card.version,
});

export const makeCardRepository = ({
  identityModels: { cards },
  transaction,
}: {
  identityModels: IdentityModels;
  transaction: Transaction;
}): CardRepository => ({
  async find(id) {
    const row = await cards.findByPk(id, { transaction });
    return row === null ? undefined : toCard(row);
  },
  async of(userId) {
    const rows = await cards.findAll({
      where: { userId, removedAt: null },
      order: [
        ['createdAt', 'DESC'],
        ['id', 'DESC'],
      ],
      transaction,
    });
    return rows.map(toCard);
  },
  async insert(card) {
    await cards.create(fromCard(card), { transaction, returning: false });
  },
  async save(card) {
    await cards.update(fromCard(card), { where: { id: card.id }, transaction });
  },
  async delete(id) {
    await cards.destroy({ where: { id, removedAt: { [Op.ne]: null } }, transaction });
  },
});
