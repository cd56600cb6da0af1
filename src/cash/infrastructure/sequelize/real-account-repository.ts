import { Op, type Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import type { RealAccountRepository } from '../../application/ports.js';
import { nextRealAccountVersion, restoreRealAccount, type RealAccount } from '../../domain/real-account.js';
import { unlessInUse } from './in-use.js';
import type { CashModels } from './models/cash-models.js';

/** A row of `cash_real_accounts`, from a model or from a query that names its columns this way. */
export type RealAccountColumns = Parameters<typeof restoreRealAccount>[0];

export const toRealAccount = (row: RealAccountColumns): RealAccount =>
  restoreRealAccount({
    id: row.id,
    code: row.code,
    name: row.name,
    kind: row.kind,
    currency: row.currency,
    iban: row.iban,
    archivedAt: row.archivedAt,
    closedThrough: row.closedThrough,
    closedUntil: row.closedUntil,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  });

export const fromRealAccount = (account: RealAccount) => ({
  id: account.id,
  code: account.code,
  name: account.name,
  kind: account.kind,
  currency: account.currency,
  iban: account.iban,
  archivedAt: account.archivedAt,
  closedThrough: account.closedThrough,
  closedUntil: account.closedUntil,
  createdAt: account.createdAt,
  updatedAt: account.updatedAt,
  version: account.version,
});

export const makeRealAccountRepository = ({
  cashModels: { realAccounts, accounts, amounts },
  transaction,
}: {
  cashModels: CashModels;
  transaction: Transaction;
}): RealAccountRepository => ({
  async find(id) {
    const row = await realAccounts.findByPk(id, { transaction });
    return row === null ? undefined : toRealAccount(row);
  },
  async lock(id) {
    const row = await realAccounts.findByPk(id, { transaction, lock: transaction.LOCK.NO_KEY_UPDATE });
    return row === null ? undefined : toRealAccount(row);
  },
  async insert(account) {
    await realAccounts.create(fromRealAccount(account), { transaction, returning: false });
  },
  async save(account) {
    const saved = nextRealAccountVersion(account);
    const where = { id: account.id, version: account.version };
    const [count] = await realAccounts.update(fromRealAccount(saved), { where, transaction });
    if (count === 0) throw versionMismatch();
    return saved;
  },
  delete: (id) =>
    unlessInUse(async () => {
      const defaults = await accounts.findAll({
        attributes: ['id'],
        where: { realAccountId: id, isDefault: true },
        transaction,
      });
      const accountIds = defaults.map((account) => account.id);
      await amounts.destroy({
        where: { [Op.or]: [{ realAccountId: id }, { accountId: { [Op.in]: accountIds } }] },
        transaction,
      });
      await accounts.destroy({ where: { id: { [Op.in]: accountIds } }, transaction });
      await realAccounts.destroy({ where: { id }, transaction });
    }),
});
