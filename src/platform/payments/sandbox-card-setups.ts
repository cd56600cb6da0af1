import { QueryTypes, type Sequelize } from 'sequelize';
import { type Clock, MINUTE, plus } from '../../kernel/clock.js';
import type { CardSetup, CardSetupState } from '../../kernel/payment-gateway.js';

const SETUP_MINUTES = 30;

const INSERT = `
  INSERT INTO sandbox_card_setups (key, return_url, expires_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`;
const SELECT = 'SELECT token, return_url, expires_at FROM sandbox_card_setups WHERE key = $1';
const SAVE = `
  UPDATE sandbox_card_setups SET token = $2 WHERE key = $1 AND token IS NULL AND expires_at > $3`;

type Row = { token: string | null; return_url: string; expires_at: Date };

/** A card setup, for the page that stands for the gateway's own. */
export type OpenCardSetup = Readonly<{ returnUrl: string; isOpen: boolean }>;

/** The card setups of the sandbox gateway. The reference is the key. */
export function makeSandboxCardSetups({
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
  return {
    async prepare(key: string, returnUrl: string): Promise<CardSetup> {
      await run(INSERT, key, returnUrl, plus(clock.now(), SETUP_MINUTES * MINUTE));
      const row = await read(key);
      if (row === undefined) throw new Error('the sandbox gateway lost a card setup');
      const url = `${publicUrl}/sandbox-cards/${encodeURIComponent(key)}`;
      return { reference: key, url, expiresAt: row.expires_at };
    },
    async find(key: string): Promise<CardSetupState> {
      const row = await read(key);
      if (row !== undefined && row.token !== null) return { status: 'saved', token: row.token };
      return { status: row !== undefined && row.expires_at > clock.now() ? 'open' : 'expired' };
    },

    async view(key: string): Promise<OpenCardSetup | undefined> {
      const row = await read(key);
      return row === undefined
        ? undefined
        : { returnUrl: row.return_url, isOpen: row.token === null && row.expires_at > clock.now() };
    },
    /** Changes nothing when a card is saved or the setup has expired. */
    save: (key: string, token: string): Promise<unknown> => run(SAVE, key, token, clock.now()),
  };
}
export type SandboxCardSetups = ReturnType<typeof makeSandboxCardSetups>;
