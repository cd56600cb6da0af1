import { Op, type Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { AccountRepository } from '../../application/ports.js';
import { nextAccountVersion, restoreAccount, type Account } from '../../domain/account.js';
import { unlessInUse } from './in-use.js';
import { toMinorOrNull } from './minor-units.js';
import { accountAttributes } from './models/account.js';
import type { CashModels } from './models/cash-models.js';
import { fromRealAccount } from './real-account-repository.js';

type State = Parameters<typeof restoreAccount>[0];
/** A row of `cash_accounts`, from a model or from a query that names its columns this way. */
export type AccountColumns = Omit<State, 'floor' | 'goal'> &
  Readonly<{ floor: string | number | null; goal: string | number | null }>;

export const toAccount = (row: AccountColumns): Account =>
  restoreAccount({
    id: row.id,
    code: row.code,
    name: row.name,
    realAccountId: row.realAccountId,
    type: row.type,
    currency: row.currency,
    floor: toMinorOrNull(row.floor),
    goal: toMinorOrNull(row.goal),
    isDefault: row.isDefault,
    archivedAt: row.archivedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  });

const fromAccount = (account: Account) => ({
  id: account.id,
  code: account.code,
  name: account.name,
  realAccountId: account.realAccountId,
  type: account.type,
  currency: account.currency,
  floor: account.floor,
  goal: account.goal,
  isDefault: account.isDefault,
  archivedAt: account.archivedAt,
  createdAt: account.createdAt,
  updatedAt: account.updatedAt,
  version: account.version,
});

/** For each payment that the shop or the clinic posts: prepared, which Sequelize's own queries are not. */
const FIND_BY_CODE: Statement = {
  name: 'cash_account_by_code',
  text: `SELECT ${columns(accountAttributes(), 'e')} FROM cash_accounts e WHERE e.code = $1`,
};
const ENSURE_REAL_ACCOUNT: Statement = {
  name: 'cash_ensure_real_account',
  text: `
    INSERT INTO cash_real_accounts (id, code, name, kind, currency, created_at, updated_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $6, 1) ON CONFLICT ON CONSTRAINT cash_real_accounts_code_key DO NOTHING`,
};
const ENSURE_ACCOUNT: Statement = {
  name: 'cash_ensure_account',
  text: `
    INSERT INTO cash_accounts (id, code, name, real_account_id, type, currency, floor, is_default, created_at, updated_at, version)
    SELECT $1, $2, $3, r.id, $5, r.currency, $6, $7, $8, $8, 1 FROM cash_real_accounts r WHERE r.code = $4
    ON CONFLICT ON CONSTRAINT cash_accounts_code_key DO NOTHING`,
};

export const makeAccountRepository = ({
  cashModels: { accounts, amounts },
  database,
  transaction,
}: {
  cashModels: CashModels;
  database: Database;
  transaction: Transaction;
}): AccountRepository => ({
  async find(id) {
    const row = await accounts.findByPk(id, { transaction });
    return row === null ? undefined : toAccount(row);
  },
  async findByCode(code) {
    const [row] = await database.rows<AccountColumns>(FIND_BY_CODE, [code]);
    return row && toAccount(row);
  },
  async standardCodes() {
    const rows = await accounts.findAll({
      attributes: ['id', 'code'],
      where: { code: { [Op.not]: null } },
      transaction,
    });
    return new Map(rows.map(({ id, code }) => [id, code ?? '']));
  },
  async lock(id) {
    const row = await accounts.findByPk(id, { transaction, lock: transaction.LOCK.NO_KEY_UPDATE });
    return row === null ? undefined : toAccount(row);
  },
  async insert(account) {
    await accounts.create(fromAccount(account), { transaction, returning: false });
  },
  async save(account) {
    const saved = nextAccountVersion(account);
    const where = { id: account.id, version: account.version };
    const [count] = await accounts.update(fromAccount(saved), { where, transaction });
    if (count === 0) throw versionMismatch();
    return saved;
  },
  delete: (id) =>
    unlessInUse(async () => {
      await amounts.destroy({ where: { accountId: id }, transaction });
      await accounts.destroy({ where: { id }, transaction });
    }),
  async ensure(realAccounts, coded) {
    const codes = new Map(realAccounts.map(({ id, code }) => [id, code]));
    for (const account of realAccounts) {
      const { id, code, name, kind, currency, createdAt } = fromRealAccount(account);
      await database.rows(ENSURE_REAL_ACCOUNT, [id, code, name, kind, currency, createdAt]);
    }
    // A concurrent transaction may have inserted the real account of this code.
    for (const { id, code, name, realAccountId, type, floor, isDefault, createdAt } of coded)
      await database.rows(ENSURE_ACCOUNT, [
        id,
        code,
        name,
        codes.get(realAccountId),
        type,
        floor,
        isDefault,
        createdAt,
      ]);
  },
});
