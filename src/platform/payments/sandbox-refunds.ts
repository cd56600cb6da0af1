import { QueryTypes, type Sequelize } from 'sequelize';
import type { Refund } from '../../kernel/payment-gateway.js';
import { assertSameRequest } from './sandbox-charges.js';
import { SANDBOX_TOKENS } from './sandbox-tokens.js';

const LOCK_CHARGE = 'SELECT token, amount, outcome FROM sandbox_charges WHERE key = $1 FOR UPDATE';
const REFUNDED = `
  SELECT coalesce(sum(amount), 0) AS amount FROM sandbox_refunds WHERE charge_key = $1 AND outcome = 'succeeded'`;
const INSERT = `
  INSERT INTO sandbox_refunds (key, charge_key, amount, outcome) VALUES ($1, $2, $3, $4)
  ON CONFLICT (key) DO NOTHING`;
const SELECT = 'SELECT charge_key, amount, outcome FROM sandbox_refunds WHERE key = $1';

type ChargeRow = { token: string | null; amount: string | null; outcome: string };
type RefundRow = { charge_key: string; amount: string; outcome: 'succeeded' | 'failed' };

/** The refunds of the sandbox gateway, each in a transaction of its own. */
export const makeSandboxRefunds = ({ sequelize }: Readonly<{ sequelize: Sequelize }>) => ({
  refund: ({ key, charge: { key: chargeKey }, amount }: Refund): Promise<'succeeded' | 'failed'> =>
    sequelize.transaction(async (transaction) => {
      const select = async <Row extends object>(text: string, ...bind: unknown[]) => {
        const [row] = await sequelize.query<Row>(text, { bind, type: QueryTypes.SELECT, transaction });
        return row;
      };
      // The lock serializes the refunds of one charge: together they must not exceed it.
      const charge = await select<ChargeRow>(LOCK_CHARGE, chargeKey);
      const earlier = await select<RefundRow>(SELECT, key);
      if (earlier === undefined) {
        const refunded = await select<{ amount: string }>(REFUNDED, chargeKey);
        const left = Number(charge?.amount ?? 0) - Number(refunded?.amount ?? 0);
        const isAccepted = charge?.outcome === 'captured' && charge.token !== SANDBOX_TOKENS.refundRefused;
        const outcome = isAccepted && amount <= left ? 'succeeded' : 'failed';
        const bind = [key, chargeKey, amount, outcome];
        await sequelize.query(INSERT, { bind, type: QueryTypes.RAW, transaction });
      }
      const row = await select<RefundRow>(SELECT, key);
      if (row === undefined) throw new Error('the sandbox gateway lost a refund');
      assertSameRequest(row.charge_key === chargeKey && Number(row.amount) === amount);
      return row.outcome;
    }),
  async find(key: string): Promise<'succeeded' | 'failed' | 'unknown'> {
    const [row] = await sequelize.query<RefundRow>(SELECT, { bind: [key], type: QueryTypes.SELECT });
    return row?.outcome ?? 'unknown';
  },
});
