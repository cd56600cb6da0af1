import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { freshAddress, makeUser, PASSWORD, startTestPraxis, type TestPraxis } from '../support/praxis.js';

describe('Idempotency-Key', () => {
  let praxis: TestPraxis;
  before(async () => {
    praxis = await startTestPraxis();
  });
  after(() => praxis.stop());

  const count = async (table: string): Promise<number> => {
    const { sequelize } = praxis.container.cradle as { sequelize: Sequelize };
    const [row] = await sequelize.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`, {
      type: QueryTypes.SELECT,
    });
    return row!.n;
  };
  const signIn = (email: string, key: string, password = PASSWORD) =>
    praxis.call('POST', '/v1/sessions', { body: { email, password }, headers: { 'idempotency-key': key } });

  it('repeats the first response exactly, and acts once', async () => {
    const { email } = await makeUser(praxis);
    const sessions = await count('sessions');
    const first = await signIn(email, 'k-1');
    const second = await signIn(email, 'k-1');
    expect(first.status).to.equal(201);
    expect(first.headers.get('idempotent-replayed')).to.equal(null);
    expect([second.status, second.text]).to.deep.equal([201, first.text]);
    expect(second.headers.get('idempotent-replayed')).to.equal('true');
    expect(second.headers.get('location')).to.equal(first.headers.get('location'));
    expect(await count('sessions')).to.equal(sessions + 1);
  });

  it('ignores the order of fields and the quotes of a key', async () => {
    const { email } = await makeUser(praxis);
    const first = await signIn(email, 'k-order');
    const second = await praxis.call('POST', '/v1/sessions', {
      body: `{ "password": "${PASSWORD}", "email": "${email}" }`,
      headers: { 'idempotency-key': '"k-order"' },
    });
    expect(second.text).to.equal(first.text);
  });

  it('answers another body under the same key with 422', async () => {
    const { email } = await makeUser(praxis);
    await signIn(email, 'k-2');
    const { status, body } = await signIn(email, 'k-2', 'another password');
    expect([status, body.code]).to.deep.equal([422, 'idempotency-key-reused']);
  });

  it('stores nothing for a request without changes', async () => {
    const { email } = await makeUser(praxis);
    const refused = await signIn(email, 'k-3', 'a wrong password');
    expect(refused.status).to.equal(401);
    expect((await signIn(email, 'k-3')).status).to.equal(201);
  });

  it('executes one of 50 parallel requests; the others get its response or 409', async () => {
    const email = freshAddress();
    const registration = { email, password: PASSWORD, fullName: 'Ana Lind' };
    const registrations = await count('registrations');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        praxis.call('POST', '/v1/registrations', {
          body: registration,
          headers: { 'idempotency-key': 'k-50' },
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses).to.include(202);
    for (const { status, body, headers } of answers)
      if (status !== 202) {
        expect([status, body.code]).to.deep.equal([409, 'request-in-flight']);
        expect(Number(headers.get('retry-after'))).to.be.at.least(1);
      }
    expect(await count('registrations')).to.equal(registrations + 1);
  });

  it('executes 50 requests without a key: the negative control', async () => {
    const registrations = await count('registrations');
    await Promise.all(
      Array.from({ length: 50 }, () =>
        praxis.call('POST', '/v1/registrations', {
          body: { email: freshAddress(), password: PASSWORD, fullName: 'Ana Lind' },
        }),
      ),
    );
    expect(await count('registrations')).to.equal(registrations + 50);
  });

  for (const key of ['', ' ', 'é', 'x'.repeat(256), '"open'])
    it(`answers the malformed key ${JSON.stringify(key.slice(0, 10))} with 400, or ignores an empty one`, async () => {
      const { status } = await praxis.call('POST', '/v1/password-resets', {
        body: { email: freshAddress() },
        headers: { 'idempotency-key': key === 'é' ? '\u00e9' : key },
      });
      expect(status).to.equal(key.trim() === '' ? 202 : 400);
    });

  it('encrypts the stored response', async () => {
    const { email } = await makeUser(praxis);
    const { body } = await signIn(email, 'k-secret');
    const { sequelize } = praxis.container.cradle as { sequelize: Sequelize };
    const rows = await sequelize.query(
      "SELECT encode(answer, 'escape') AS answer, x::text AS whole FROM idempotency_keys x",
      {
        type: QueryTypes.SELECT,
      },
    );
    const stored = JSON.stringify(rows);
    expect(rows.length).to.be.greaterThan(0);
    for (const secret of [body.accessToken, body.refreshToken, email, 'k-secret'])
      expect(stored).not.to.include(secret);
  });
});
