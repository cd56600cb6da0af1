import { QueryTypes, type Sequelize } from 'sequelize';
import { type Clock, MINUTE, plus } from '../../kernel/clock.js';
import type { Charge, ChargeState, HostedCharge, PaymentAction } from '../../kernel/payment-gateway.js';
import { last4Of, outcomeOf, SANDBOX_TOKENS } from './sandbox-tokens.js';

const ACTION_MINUTES = 30;

const INSERT = `
  INSERT INTO sandbox_charges (key, token, amount, currency, outcome, reason, description, return_url, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (key) DO NOTHING`;
const SELECT = `
  SELECT token, amount, currency, outcome, reason, description, return_url, expires_at
  FROM sandbox_charges WHERE key = $1`;
const EXPIRE = `
  UPDATE sandbox_charges SET outcome = 'cancelled'
  WHERE key = $1 AND outcome = 'actionRequired' AND expires_at <= $2`;
/** Writes a row for a charge that was not received, so that it is not captured when it arrives. */
const CANCEL = `
  INSERT INTO sandbox_charges AS c (key, outcome) VALUES ($1, 'cancelled')
  ON CONFLICT (key) DO UPDATE SET outcome = 'cancelled' WHERE c.outcome = 'actionRequired'`;
const FINISH = `
  UPDATE sandbox_charges SET outcome = $2, reason = $3, token = coalesce(token, $4)
  WHERE key = $1 AND outcome = 'actionRequired' AND expires_at > $5`;

type Row = {
  token: string | null;
  amount: string | null;
  currency: string | null;
  outcome: 'captured' | 'declined' | 'actionRequired' | 'cancelled';
  reason: string | null;
  description: string | null;
  return_url: string | null;
  expires_at: Date | null;
};

/** A charge that waits for its payer, for the page that stands for the payer's bank. */
export type OpenAction = Readonly<{
  amount: number;
  currency: string;
  description: string;
  returnUrl: string;
  isOpen: boolean;
}>;

/** A key that comes again with another request is a defect of the caller. */
export function assertSameRequest(isSame: boolean): void {
  if (!isSame) throw new Error('a key of the payment gateway was used for two different requests');
}

/** The charges of the sandbox gateway, written on connections of the pool, never in a caller's transaction. */
export function makeSandboxCharges({
  sequelize,
  clock,
  publicUrl,
}: Readonly<{ sequelize: Sequelize; clock: Clock; publicUrl: string }>) {
  const run = (text: string, ...bind: unknown[]): Promise<unknown> =>
    sequelize.query(text, { bind, type: QueryTypes.RAW });
  const read = async (key: string): Promise<Row | undefined> => {
    const [row] = await sequelize.query<Row>(SELECT, { bind: [key], type: QueryTypes.SELECT });
    return row;
  };
  const insert = async (
    { key, amount, currency, description }: Omit<Charge, 'token' | 'returnUrl'>,
    row: Readonly<Pick<Row, 'token' | 'outcome' | 'reason' | 'return_url' | 'expires_at'>>,
  ): Promise<Row> => {
    const { token, outcome, reason, return_url, expires_at } = row;
    await run(INSERT, key, token, amount, currency, outcome, reason, description, return_url, expires_at);
    const stored = await read(key);
    if (stored === undefined) throw new Error('the sandbox gateway lost a charge');
    assertSameRequest(
      stored.amount === null || (Number(stored.amount) === amount && stored.currency === currency),
    );
    return stored;
  };

  const actionOf = (key: string, { expires_at }: Row): PaymentAction => {
    if (expires_at === null) throw new Error('an action of the sandbox gateway never expires');
    const url = `${publicUrl}/sandbox-payments/${encodeURIComponent(key)}`;
    return { type: 'redirect', url, expiresAt: expires_at };
  };

  const stateOf = (key: string, row: Row | undefined): ChargeState => {
    switch (row?.outcome) {
      case 'captured':
        return { status: 'captured', cardLast4: last4Of(row.token) };
      case 'declined':
        return { status: 'declined', reason: row.reason ?? 'card_declined' };
      case 'actionRequired':
        return { status: 'actionRequired', action: actionOf(key, row) };
      case 'cancelled':
      case undefined:
        return { status: 'unknown' };
    }
  };

  const expiresAt = (): Date => plus(clock.now(), ACTION_MINUTES * MINUTE);

  return {
    async confirm(charge: Charge): Promise<ChargeState> {
      const { key, token, returnUrl } = charge;
      const { outcome, reason } = outcomeOf(token, returnUrl !== null);
      const waits = outcome === 'actionRequired';
      const row = await insert(charge, {
        token,
        outcome,
        reason,
        return_url: waits ? returnUrl : null,
        expires_at: waits ? expiresAt() : null,
      });
      assertSameRequest(row.outcome === 'cancelled' || row.token === token);
      return stateOf(key, row);
    },
    async prepareHosted(charge: HostedCharge): Promise<PaymentAction> {
      const row = await insert(charge, {
        token: null,
        outcome: 'actionRequired',
        reason: null,
        return_url: charge.returnUrl,
        expires_at: expiresAt(),
      });
      return actionOf(charge.key, { ...row, expires_at: row.expires_at ?? clock.now() });
    },
    async find(key: string): Promise<ChargeState> {
      const row = await read(key);
      if (row?.outcome !== 'actionRequired' || (row.expires_at ?? clock.now()) > clock.now())
        return stateOf(key, row);
      await run(EXPIRE, key, clock.now());
      return stateOf(key, await read(key));
    },
    async cancel(key: string): Promise<ChargeState> {
      await run(CANCEL, key);
      return stateOf(key, await read(key));
    },

    async findAction(key: string): Promise<OpenAction | undefined> {
      const row = await read(key);
      if (row?.return_url === undefined || row.return_url === null) return undefined;
      return {
        amount: Number(row.amount),
        currency: row.currency ?? '',
        description: row.description ?? '',
        returnUrl: row.return_url,
        isOpen: row.outcome === 'actionRequired' && (row.expires_at ?? clock.now()) > clock.now(),
      };
    },
    /** Changes nothing when the action is finished, cancelled or expired. A hosted charge is paid with a good card. */
    async finishAction(key: string, outcome: 'completed' | 'refused'): Promise<void> {
      const [status, reason] =
        outcome === 'completed' ? ['captured', null] : ['declined', 'authentication_failed'];
      await run(FINISH, key, status, reason, SANDBOX_TOKENS.good, clock.now());
    },
  };
}
export type SandboxCharges = ReturnType<typeof makeSandboxCharges>;
