import { expect } from 'chai';
import { execute } from '../support/postgres.js';
import { makeUser, openSession, PASSWORD, startTestPraxis, type TestPraxis } from '../support/praxis.js';

/** A valid and unique value: where it appears, it has leaked. */
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$U0VOVElORUxTRU5USU5FTA$U0VOVElORUxwYXNzd29yZGhhc2hTRU5USU5FTFNFTlRJ';
const TOKEN_HASH = 'SENTINELtokenhashSENTINELtokenhashSENTINELto';
const GATEWAY_TOKEN = 'tok_SENTINELgatewaytoken';
const FINGERPRINT = 'SENTINELfingerprint';
/** A valid card number that appears nowhere else. */
const PAN = '4929 0712 3456 7890';
const SENTINELS = [
  'U0VOVElORUx',
  'SENTINEL',
  PASSWORD_HASH,
  TOKEN_HASH,
  PAN,
  PAN.replaceAll(' ', ''),
  PAN.replaceAll(' ', '-'),
];

const CARD_ID = '019aa5b2-7c00-7000-8000-00000000cafe';

const panBodies: readonly unknown[] = [
  { gatewayToken: PAN },
  { gatewayToken: PAN.replaceAll(' ', '') },
  { gatewayToken: PAN.replaceAll(' ', '-') },
  { gatewayToken: Number(PAN.replaceAll(' ', '')) },
  { gatewayToken: 'tok_visa_4242', [PAN.replaceAll(' ', '')]: true },
  { card: { number: PAN, cvc: '123' } },
];

describe('secrets', () => {
  let praxis: TestPraxis;
  const answers: string[] = [];
  before(async () => {
    praxis = await startTestPraxis();
  });
  after(() => praxis.stop());

  it('occur in no response, log line, mail or metric', async () => {
    const user = await makeUser(praxis);
    const doomed = await makeUser(praxis);
    await execute(
      praxis.ownerUrl,
      `UPDATE users SET password_hash = '${PASSWORD_HASH}' WHERE id IN ('${user.id}', '${doomed.id}')`,
      `UPDATE sessions SET previous_token_hash = '${TOKEN_HASH}', generation = 2, nonce = 'SENTINELnonceSENTINELnonceSENTINEL', rotated_at = last_used_at WHERE user_id = '${user.id}'`,
      `UPDATE sessions SET token_hash = '${TOKEN_HASH}' WHERE user_id = '${doomed.id}'`,
      `INSERT INTO cards (id, user_id, gateway_token, fingerprint, brand, last4, exp_month, exp_year, is_default, created_at, updated_at, version)
       VALUES ('${CARD_ID}', '${user.id}', '${GATEWAY_TOKEN}', '${FINGERPRINT}', 'visa', '4242', 12, 2999, true, now(), now(), 1)`,
    );
    const staff = await makeUser(praxis, 'admin');
    const call = async (method: string, path: string, options: Parameters<TestPraxis['call']>[2] = {}) => {
      const { status, text, headers } = await praxis.call(method, path, options);
      answers.push(`${status} ${text} ${JSON.stringify([...headers])}`);
      return status;
    };
    const { accessToken: token, email } = user;
    expect(await call('GET', '/v1/me', { token })).to.equal(200);
    await call('GET', '/v1/sessions', { token });
    for (const path of ['/v1/me/cards', `/v1/me/cards/${CARD_ID}`])
      expect(await call('GET', path, { token })).to.equal(200);
    for (const path of ['', `/${user.id}`, `/${user.id}/cards`, `/${user.id}/security-events`])
      expect(await call('GET', `/v1/users${path}`, { token: staff.accessToken })).to.equal(200);
    await call('PATCH', `/v1/me/cards/${CARD_ID}`, {
      token,
      body: { isDefault: true },
      headers: { 'if-match': '*' },
    });
    for (const body of panBodies)
      expect(
        await call('POST', '/v1/me/cards', { token, body, headers: { 'idempotency-key': 'pan' } }),
        JSON.stringify(body),
      ).to.equal(422);
    await execute(
      praxis.ownerUrl,
      `ALTER TABLE cards ADD CONSTRAINT no_more CHECK (user_id <> '${user.id}' OR version = 1) NOT VALID`,
    );
    expect(await call('POST', '/v1/me/cards', { token, body: { gatewayToken: 'tok_visa_1881' } })).to.equal(
      201,
    );
    expect(await call('DELETE', `/v1/me/cards/${CARD_ID}`, { token })).to.equal(500);
    await execute(praxis.ownerUrl, 'ALTER TABLE cards DROP CONSTRAINT no_more');
    expect(await call('DELETE', `/v1/me/cards/${CARD_ID}`, { token })).to.equal(204);
    await call('PATCH', '/v1/me', { token, body: { fullName: 'New Name' }, headers: { 'if-match': '*' } });
    await call('PUT', '/v1/me/password', {
      token,
      body: { currentPassword: PASSWORD, newPassword: 'a brand new password' },
    });
    await call('POST', '/v1/sessions', { body: { email, password: PASSWORD } });
    await call('POST', '/v1/sessions/refresh', { body: { refreshToken: user.refreshToken } });
    await call('POST', '/v1/sessions/refresh', { body: { refreshToken: doomed.refreshToken } });
    await call('POST', '/v1/registrations', { body: { email, password: PASSWORD, fullName: 'Mia' } });
    await call('POST', '/v1/password-resets', { body: { email } });
    await praxis.mailsTo(email, 2);
    // A statement that fails shows its values to whoever logs the error.
    await execute(
      praxis.ownerUrl,
      "ALTER TABLE users ADD CONSTRAINT no_names CHECK (full_name <> 'Forbidden')",
    );
    expect(
      await call('PATCH', '/v1/me', {
        token: (await openSession(praxis, user)).accessToken,
        body: { fullName: 'Forbidden' },
        headers: { 'if-match': '*' },
      }),
    ).to.equal(500);
    await call('GET', '/openapi.json');

    const places = {
      answers: answers.join('\n'),
      log: praxis.logLines.join('\n'),
      mail: (await praxis.allMails()).join('\n'),
      metrics: await praxis.metrics(),
    };
    expect(places.log).to.include('no_names').and.to.include('no_more');
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).to.be.greaterThan(100);
      for (const sentinel of SENTINELS)
        expect(text.includes(sentinel), `${sentinel} in ${place}`).to.equal(false);
    }
    for (const secret of [PASSWORD, 'a brand new password', user.accessToken, user.refreshToken, email])
      expect(places.log.includes(secret), `${secret} in the log`).to.equal(false);
  });
});
