import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes, type Sequelize } from 'sequelize';
import { type Clock, SECOND } from '../../kernel/clock.js';
import {
  type Charge,
  type ChargeOutcome,
  GatewayTimeout,
  GatewayUnavailable,
  invalidCardToken,
  type PaymentGateway,
  type Refund,
  type RefundOutcome,
} from '../../kernel/payment-gateway.js';

const GOOD_TOKEN = /^tok_([a-z]{2,20})_(\d{4})$/;

/** Tokens with a special behaviour (docs/operating.md), each described as a Visa card. */
const SPECIAL_LAST4: Readonly<Record<string, string>> = {
  tok_expired: '0069',
  tok_declined: '0002',
  tok_slow: '0028',
  tok_timeout: '0044',
  tok_unavailable: '0051',
};

const YEARS_LEFT = 3;
const SLOW_MS = 2 * SECOND;

const INSERT_CHARGE = `
  INSERT INTO sandbox_charges (key, token, amount, currency, outcome) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (key) DO NOTHING`;
const SELECT_CHARGE = 'SELECT token, amount, currency, outcome FROM sandbox_charges WHERE key = $1';
const LOCK_CHARGE = 'SELECT amount, outcome FROM sandbox_charges WHERE key = $1 FOR UPDATE';
const REFUNDED = `
  SELECT coalesce(sum(amount), 0) AS amount FROM sandbox_refunds WHERE charge_key = $1 AND outcome = 'succeeded'`;
const INSERT_REFUND = `
  INSERT INTO sandbox_refunds (key, charge_key, amount, outcome) VALUES ($1, $2, $3, $4)
  ON CONFLICT (key) DO NOTHING`;
const SELECT_REFUND = 'SELECT charge_key, amount, outcome FROM sandbox_refunds WHERE key = $1';

type ChargeRow = { token: string; amount: string; currency: string; outcome: ChargeOutcome };
type RefundRow = { charge_key: string; amount: string; outcome: RefundOutcome };

const fingerprintOf = (token: string): string =>
  createHash('sha256').update(`praxis-sandbox ${token}`).digest('base64url');

/**
 * A gateway for trials, which moves no money. It keeps its charges and refunds in tables of its own, and writes them on a
 * connection of the pool, never in a caller's transaction: like with a real gateway, a rollback undoes no charge, and every
 * process finds a charge by its key. `answerTimeoutMs`: how long a charge with `tok_timeout` takes to time out.
 */
export const makeSandboxGateway = (
  { sequelize, clock }: { sequelize: Sequelize; clock: Clock },
  { answerTimeoutMs = SECOND, slowMs = SLOW_MS }: { answerTimeoutMs?: number; slowMs?: number } = {},
): PaymentGateway => {
  const one = async <Row extends object>(text: string, ...bind: unknown[]): Promise<Row | undefined> => {
    const [row] = await sequelize.query<Row>(text, { bind, type: QueryTypes.SELECT });
    return row;
  };

  /** Behaves as the token asks: fails, waits, or returns brand and last four digits. invalid `invalid-card-token` */
  async function resolveToken(token: string): Promise<Readonly<{ brand: string; last4: string }>> {
    const [, brand, last4] = GOOD_TOKEN.exec(token) ?? [];
    const special = Object.hasOwn(SPECIAL_LAST4, token) ? SPECIAL_LAST4[token] : undefined;
    if (token === 'tok_unavailable') throw new GatewayUnavailable();
    if (token === 'tok_slow') await sleep(slowMs);
    if (special !== undefined) return { brand: 'visa', last4: special };
    if (brand === undefined || last4 === undefined) throw invalidCardToken();
    return { brand, last4 };
  }

  /** A key that comes again with another request is a defect of the caller. */
  function assertSameRequest(isSame: boolean): void {
    if (!isSame) throw new Error('a key of the payment gateway was used for two different requests');
  }

  async function recordCharge({ key, token, amount, currency }: Charge): Promise<ChargeOutcome> {
    const outcome: ChargeOutcome =
      token === 'tok_declined' || token === 'tok_expired' ? 'declined' : 'captured';
    await sequelize.query(INSERT_CHARGE, {
      bind: [key, token, amount, currency, outcome],
      type: QueryTypes.RAW,
    });
    const row = await one<ChargeRow>(SELECT_CHARGE, key);
    if (row === undefined) throw new Error('the sandbox gateway lost a charge');
    assertSameRequest(row.token === token && Number(row.amount) === amount && row.currency === currency);
    return row.outcome;
  }

  const recordRefund = ({ key, chargeKey, amount }: Refund): Promise<RefundOutcome> =>
    sequelize.transaction(async (transaction) => {
      const within = async <Row extends object>(text: string, ...bind: unknown[]) => {
        const [row] = await sequelize.query<Row>(text, { bind, type: QueryTypes.SELECT, transaction });
        return row;
      };
      // The lock serializes the refunds of one charge: together they must not exceed it.
      const charge = await within<ChargeRow>(LOCK_CHARGE, chargeKey);
      const earlier = await within<RefundRow>(SELECT_REFUND, key);
      if (earlier === undefined) {
        const refunded = await within<{ amount: string }>(REFUNDED, chargeKey);
        const left = Number(charge?.amount ?? 0) - Number(refunded?.amount ?? 0);
        const outcome = charge?.outcome === 'captured' && amount <= left ? 'succeeded' : 'failed';
        const bind = [key, chargeKey, amount, outcome];
        await sequelize.query(INSERT_REFUND, { bind, type: QueryTypes.RAW, transaction });
      }
      const row = await within<RefundRow>(SELECT_REFUND, key);
      if (row === undefined) throw new Error('the sandbox gateway lost a refund');
      assertSameRequest(row.charge_key === chargeKey && Number(row.amount) === amount);
      return row.outcome;
    });

  return {
    async describe(token) {
      const { brand, last4 } = await resolveToken(token);
      const year = clock.now().getUTCFullYear();
      const expYear = token === 'tok_expired' ? year - 1 : year + YEARS_LEFT;
      return { brand, last4, expMonth: 12, expYear, fingerprint: fingerprintOf(token) };
    },
    async charge(charge) {
      await resolveToken(charge.token);
      const outcome = await recordCharge(charge);
      if (charge.token !== 'tok_timeout') return { outcome };
      await sleep(answerTimeoutMs);
      throw new GatewayTimeout();
    },
    async find(key) {
      return (await one<ChargeRow>(SELECT_CHARGE, key))?.outcome ?? 'unknown';
    },
    refund: recordRefund,
    async findRefund(key) {
      return (await one<RefundRow>(SELECT_REFUND, key))?.outcome ?? 'unknown';
    },
    async detach() {
      // The sandbox stores no cards: the token itself contains the description.
    },
  };
};
