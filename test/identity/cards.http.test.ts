import { expect } from 'chai';
import { QueryTypes, type Sequelize } from 'sequelize';
import { execute } from '../support/postgres.js';
import { makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';

const RANDOM_ID = '019aa5b2-7c00-7000-8000-00000000abcd';

describe('cards over HTTP', () => {
  let praxis: TestPraxis;
  let member: TestUser;
  before(async () => {
    praxis = await startTestPraxis();
  });
  after(() => praxis.stop());
  beforeEach(async () => {
    member = await makeUser(praxis);
  });

  const add = (gatewayToken: string, more: object = {}, headers: Record<string, string> = {}) =>
    praxis.call('POST', '/v1/me/cards', {
      token: member.accessToken,
      body: { gatewayToken, ...more },
      headers,
    });
  const list = async () =>
    (await praxis.call('GET', '/v1/me/cards', { token: member.accessToken })).body.items;

  it('saves a card with 201, Location and ETag, and answers 200 with the saved card the second time', async () => {
    const first = await add('tok_visa_4242');
    expect([first.status, first.headers.get('location')]).to.deep.equal([
      201,
      `/v1/me/cards/${first.body.id}`,
    ]);
    expect(Object.keys(first.body).sort()).to.deep.equal(
      ['brand', 'createdAt', 'expMonth', 'expYear', 'expired', 'id', 'isDefault', 'last4', 'version'].sort(),
    );
    expect(first.body).to.include({
      brand: 'visa',
      last4: '4242',
      isDefault: true,
      expired: false,
      version: 1,
    });
    const again = await add('tok_visa_4242');
    expect([again.status, again.body, again.headers.get('location')]).to.deep.equal([200, first.body, null]);
    expect(again.headers.get('etag')).to.equal(first.headers.get('etag'));
    const get = await praxis.call('GET', first.headers.get('location')!, { token: member.accessToken });
    expect(get.body).to.deep.equal(first.body);
  });

  it('repeats the first response for the same key', async () => {
    const key = { 'idempotency-key': 'the-first-card' };
    const first = await add('tok_visa_4242', {}, key);
    const replayed = await add('tok_visa_4242', {}, key);
    expect([replayed.status, replayed.body]).to.deep.equal([201, first.body]);
    expect(replayed.headers.get('idempotent-replayed')).to.equal('true');
    const found = { 'idempotency-key': 'the-same-card' };
    expect((await add('tok_visa_4242', {}, found)).status).to.equal(200);
    expect((await add('tok_visa_4242', {}, found)).headers.get('idempotent-replayed')).to.equal('true');
  });

  it('refuses invalid cards', async () => {
    for (const [token, status, code] of [
      ['tok_expired', 422, 'card-expired'],
      ['tok_nonsense', 422, 'invalid-card-token'],
      ['tok_unavailable', 503, 'gateway-unavailable'],
    ] as const) {
      const answer = await add(token);
      expect([answer.status, answer.body.code]).to.deep.equal([status, code]);
      if (status === 503) expect(answer.headers.get('retry-after')).to.equal('5');
    }
    expect((await add('tok_visa_4242', { isDefault: 'yes' })).body.errors[0].pointer).to.equal('/isDefault');
    expect(await list()).to.deep.equal([]);
  });

  it('refuses card numbers before validation, and stores no trace of them', async () => {
    const key = { 'idempotency-key': 'with-a-number' };
    for (const body of [
      { number: '4242424242424242' },
      { gatewayToken: '4242 4242 4242 4242' },
      { x: 4242424242424242 },
    ]) {
      const { status, body: problem } = await praxis.call('POST', '/v1/me/cards', {
        token: member.accessToken,
        body,
        headers: key,
      });
      expect([status, problem.code, problem.errors]).to.deep.equal([422, 'pan-forbidden', undefined]);
    }
    const [card] = [(await add('tok_visa_4242', {}, key)).body];
    const cvc = await praxis.call('PATCH', `/v1/me/cards/${card.id}`, {
      token: member.accessToken,
      body: { isDefault: true, cvc: '123' },
      headers: { 'if-match': '*' },
    });
    expect([cvc.status, cvc.body.code]).to.deep.equal([422, 'pan-forbidden']);
  });

  it('makes another card the default with If-Match, without a new version of the previous default', async () => {
    const [first, second] = [await add('tok_visa_4242'), await add('tok_mastercard_5454')];
    const choose = (headers: Record<string, string>, body: object = { isDefault: true }) =>
      praxis.call('PATCH', `/v1/me/cards/${second.body.id}`, { token: member.accessToken, body, headers });
    expect((await choose({})).status).to.equal(428);
    expect((await choose({ 'if-match': '"9.x"' })).status).to.equal(412);
    expect((await choose({ 'if-match': '*' }, { isDefault: false })).status).to.equal(422);
    const chosen = await choose({ 'if-match': second.headers.get('etag')! });
    expect([chosen.status, chosen.body.isDefault, chosen.body.version]).to.deep.equal([200, true, 2]);
    expect((await list()).find(({ id }: { id: string }) => id === first.body.id)).to.include({
      isDefault: false,
      version: 1,
    });
  });

  it('removes a card, honours an If-Match, and promotes the newest valid card', async () => {
    const [first, second] = [(await add('tok_visa_4242')).body, (await add('tok_visa_1881')).body];
    await execute(praxis.ownerUrl, `UPDATE cards SET exp_year = 2020 WHERE id = '${second.id}'`);
    expect((await list())[0]).to.include({ id: second.id, expired: true });
    const third = (await add('tok_visa_0077')).body;
    const path = `/v1/me/cards/${first.id}`;
    const stale = await praxis.call('DELETE', path, {
      token: member.accessToken,
      headers: { 'if-match': '"9.x"' },
    });
    expect(stale.status).to.equal(412);
    expect((await praxis.call('DELETE', path, { token: member.accessToken })).status).to.equal(204);
    expect((await praxis.call('DELETE', path, { token: member.accessToken })).status).to.equal(404);
    expect(
      (await list()).map(({ id, isDefault }: { id: string; isDefault: boolean }) => [id, isDefault]),
    ).to.deep.equal([
      [third.id, true],
      [second.id, false],
    ]);
  });

  it('gives the same response for another user’s card and a random id', async () => {
    const { body } = await add('tok_visa_4242');
    const other = await makeUser(praxis);
    for (const [method, options] of [
      ['GET', {}],
      ['PATCH', { body: { isDefault: true }, headers: { 'if-match': '*' } }],
      ['DELETE', {}],
    ] as const) {
      const ask = async (id: string) => {
        const answer = await praxis.call(method, `/v1/me/cards/${id}`, {
          token: other.accessToken,
          ...options,
        });
        const { requestId: _, instance: __, ...rest } = answer.body;
        return [answer.status, rest, [...answer.headers.keys()].sort()];
      };
      const foreign = await ask(body.id);
      expect(foreign, method).to.deep.equal(await ask(RANDOM_ID));
      expect(foreign[0]).to.equal(404);
    }
  });

  it('saves one card for ten concurrent requests, and returns it to all', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => add('tok_visa_4242')));
    expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
    expect(answers.filter(({ status }) => status === 200)).to.have.length(9);
    expect(new Set(answers.map(({ body }) => body.id)).size).to.equal(1);
    expect(await list()).to.have.length(1);
  });

  it('refuses to save cards when card payments are off', async () => {
    const desk = await startTestPraxis({ PAYMENT_GATEWAY: 'desk' });
    try {
      const { accessToken: token } = await makeUser(desk);
      const { status, body } = await desk.call('POST', '/v1/me/cards', {
        token,
        body: { gatewayToken: 'tok_visa_4242' },
      });
      expect([status, body.code]).to.deep.equal([422, 'card-payments-off']);
    } finally {
      await desk.stop();
    }
  });

  it('deletes a removed card after the gateway did', async () => {
    const { body } = await add('tok_visa_4242');
    await praxis.call('DELETE', `/v1/me/cards/${body.id}`, { token: member.accessToken });
    const { sequelize } = praxis.container.cradle as { sequelize: Sequelize };
    const left = () =>
      sequelize.query('SELECT 1 FROM cards WHERE id = $1', { bind: [body.id], type: QueryTypes.SELECT });
    const deadline = Date.now() + 5_000;
    while ((await left()).length > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await left()).to.deep.equal([]);
  });

  it('lists cards in pages', async () => {
    for (const last4 of ['0001', '0002', '0003']) await add(`tok_visa_${last4}`);
    const seen: string[] = [];
    let path: string | undefined = '/v1/me/cards?limit=2';
    while (path !== undefined) {
      const page = await praxis.call('GET', path, { token: member.accessToken });
      seen.push(...page.body.items.map(({ last4 }: { last4: string }) => last4));
      path = /<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(seen).to.deep.equal(['0003', '0002', '0001']);
    expect(
      (await praxis.call('GET', '/v1/me/cards?cursor=x', { token: member.accessToken })).body.code,
    ).to.equal('invalid-cursor');
  });
});
