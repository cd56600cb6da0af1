import { expect } from 'chai';
import { loadConfig } from '../../src/platform/config/config.js';
import { ConfigurationError } from '../../src/platform/config/configuration-error.js';

/** The variables at fault. */
function namesOf(env: Readonly<Record<string, string>>): string[] {
  try {
    loadConfig(env, { cwd: '/nonexistent' });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults.map(({ name }) => name);
    throw error;
  }
  return [];
}

describe('the configuration of Stripe', () => {
  it('requires both secrets of Stripe, and refuses its stand-in in production', () => {
    const stripe = { PAYMENT_GATEWAY: 'stripe' };
    expect(namesOf(stripe)).to.deep.equal(['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET']);
    const secrets = { STRIPE_SECRET_KEY: 'rk_live_1234', STRIPE_WEBHOOK_SECRET: 'whsec_1234, whsec_5678' };
    expect(loadConfig({ ...stripe, ...secrets }, { cwd: '/nonexistent' }).stripe).to.deep.equal({
      secretKey: 'rk_live_1234',
      webhookSecrets: ['whsec_1234', 'whsec_5678'],
      apiBase: null,
    });
    expect(loadConfig(secrets, { cwd: '/nonexistent' }).stripe).to.equal(null);
    const base = { STRIPE_API_BASE: 'http://127.0.0.1:12111' };
    expect(namesOf({ ...stripe, ...secrets, ...base })).to.deep.equal([]);
    const production = { NODE_ENV: 'production', PRAXIS_DEMO: 'off', PUBLIC_URL: 'https://praxis.example' };
    expect(namesOf({ ...production, ...stripe, ...secrets })).to.deep.equal([]);
    expect(namesOf({ ...production, ...stripe, ...secrets, ...base })).to.deep.equal(['STRIPE_API_BASE']);
    for (const CURRENCY of ['KWD', 'ISK'])
      expect(namesOf({ ...stripe, ...secrets, CURRENCY })).to.deep.equal(['CURRENCY']);
  });
});
