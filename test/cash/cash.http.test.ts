import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { openBooks } from '../support/cash.js';
import { makeUser, startTestPraxis, type Answer, type TestPraxis } from '../support/praxis.js';
import { eur } from './world.js';

describe('cash over HTTP', () => {
  let praxis: TestPraxis;
  let admin: string;
  let staff: string;
  let books: Awaited<ReturnType<typeof openBooks>>;
  before(async () => {
    praxis = await startTestPraxis({ TIME_ZONE: 'Europe/Berlin' });
    admin = (await makeUser(praxis, 'admin')).accessToken;
    staff = (await makeUser(praxis, 'staff')).accessToken;
  });
  after(() => praxis.stop());
  beforeEach(async () => {
    books = await openBooks(praxis);
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    praxis.call('GET', `/v1/cash/${path}`, { token: staff, headers });
  const post = (path: string, body?: unknown, token = staff, key: string = randomUUID()) =>
    praxis.call('POST', `/v1/cash/${path}`, {
      token,
      headers: { 'idempotency-key': key },
      ...(body !== undefined && { body }),
    });
  const patch = (path: string, body: unknown, version = '*') =>
    praxis.call('PATCH', `/v1/cash/${path}`, { token: admin, body, headers: { 'if-match': version } });
  const remove = (path: string, headers: Record<string, string> = {}) =>
    praxis.call('DELETE', `/v1/cash/${path}`, { token: admin, headers });
  const transfer = (changes: object = {}) =>
    post('transactions', {
      sourceAccountId: books.unallocated,
      targetAccountId: books.rent,
      amount: eur(1_000),
      ...changes,
    });
  const expectProblem = (
    { status, body, text }: Answer,
    expected: number,
    code: string,
    pointer?: string,
  ) => {
    expect([status, body.code], text).to.deep.equal([expected, code]);
    if (pointer !== undefined)
      expect(body.errors.map((e: { pointer: string }) => e.pointer)).to.include(pointer);
    return body;
  };

  describe('accounts', () => {
    it('open with a default envelope, change with If-Match, and are deleted if unused', async () => {
      const opened = await praxis.call('POST', '/v1/cash/real-accounts', {
        token: admin,
        body: { name: ' Savings ', kind: 'bank', currency: 'JPY', iban: 'de89 3704 0044 0532 0130 00' },
      });
      expect(opened.status).to.equal(201);
      const { id, defaultAccountId } = opened.body;
      expect(opened.headers.get('location')).to.equal(`/v1/cash/real-accounts/${id}`);
      expect(opened.body).to.deep.include({
        name: 'Savings',
        iban: 'DE89370400440532013000',
        balance: { amount: 0, currency: 'JPY' },
        archived: false,
        closedThrough: null,
      });
      const envelope = await get(`accounts/${defaultAccountId}`);
      expect(envelope.body).to.deep.include({ name: 'unallocated', isDefault: true, type: 'asset' });
      expect(envelope.body.floor).to.deep.equal({ amount: 0, currency: 'JPY' });

      const etag = (await get(`real-accounts/${id}`)).headers.get('etag')!;
      const renamed = await patch(`real-accounts/${id}`, { name: 'Reserve', iban: null }, etag);
      expect([renamed.status, renamed.body.name, renamed.body.iban]).to.deep.equal([200, 'Reserve', null]);
      expectProblem(await patch(`real-accounts/${id}`, { name: 'B' }, etag), 412, 'version-mismatch');
      expectProblem(await remove(`real-accounts/${id}`, { 'if-match': etag }), 412, 'version-mismatch');
      expect((await remove(`real-accounts/${id}`)).status).to.equal(204);
      expect((await get(`real-accounts/${id}`)).status).to.equal(404);
      expect((await get(`accounts/${defaultAccountId}`)).status).to.equal(404);
    });

    it('reject invalid names, currencies and IBANs', async () => {
      const open = (changes: object) =>
        praxis.call('POST', '/v1/cash/real-accounts', {
          token: admin,
          body: { name: 'Bank', kind: 'bank', currency: 'EUR', ...changes },
        });
      for (const [changes, pointer] of [
        [{ name: '  ' }, '/name'],
        [{ name: 'a\nb' }, '/name'],
        [{ currency: 'eur' }, '/currency'],
        [{ kind: 'wallet' }, '/kind'],
        [{ iban: 'DE89370400440532013001' }, '/iban'],
        [{ balance: 1 }, '/balance'],
      ] as const)
        expectProblem(await open(changes), 422, 'validation', pointer);
    });

    it('accept floors and goals only in the currency of their home', async () => {
      const open = (changes: object) =>
        praxis.call('POST', '/v1/cash/accounts', {
          token: admin,
          body: { name: 'Repairs', realAccountId: books.bank.id, type: 'asset', ...changes },
        });
      const { body } = await open({ floor: eur(-500), goal: eur(90_000) });
      expect([body.floor, body.goal]).to.deep.equal([eur(-500), eur(90_000)]);
      expect((await open({ floor: null })).body.floor).to.equal(null);
      expect((await open({ type: 'income' })).body.floor).to.equal(null);
      const yen = { amount: 0, currency: 'JPY' };
      expectProblem(await open({ floor: yen }), 422, 'currency-mismatch', '/floor/currency');
      expectProblem(await open({ realAccountId: books.rent }), 422, 'validation', '/realAccountId');
      expectProblem(await open({ floor: eur(1) }), 409, 'below-floor');
    });

    it('are archived only at a balance of zero, and deleted only if never used', async () => {
      const { rent, bank, unallocated, desk, drawer } = books;
      await transfer();
      expectProblem(await patch(`accounts/${rent}`, { archived: true }), 409, 'balance-not-zero');
      expectProblem(await remove(`accounts/${rent}`), 409, 'account-in-use');
      expectProblem(await remove(`real-accounts/${bank.id}`), 409, 'account-in-use');
      expectProblem(await remove(`accounts/${unallocated}`), 409, 'account-in-use');
      expectProblem(await patch(`accounts/${drawer}`, { archived: true }), 409, 'account-in-use');
      expectProblem(await patch(`accounts/${rent}`, { floor: eur(1_001) }), 409, 'below-floor');
      expect((await patch(`accounts/${rent}`, { floor: eur(1_000) })).status).to.equal(200);
      expectProblem(
        await transfer({ sourceAccountId: rent, targetAccountId: unallocated, amount: eur(1) }),
        422,
        'insufficient-funds',
      );
      expect((await patch(`accounts/${rent}`, { floor: eur(0) })).status).to.equal(200);
      await transfer({ sourceAccountId: rent, targetAccountId: unallocated });
      const archived = await patch(`accounts/${rent}`, { archived: true });
      expect([archived.status, archived.body.archived]).to.deep.equal([200, true]);
      expect(expectProblem(await transfer(), 409, 'account-archived').accountId).to.equal(rent);
      const listed = await get(`accounts?realAccountId=${bank.id}&archived=true`);
      expect(listed.body.items.map(({ id }: { id: string }) => id)).to.deep.equal([rent]);
      await patch(`accounts/${rent}`, { archived: false });
      expect((await transfer()).status).to.equal(201);

      expect((await patch(`real-accounts/${desk.id}`, { archived: true })).body.archived).to.equal(true);
      expectProblem(await transfer({ targetAccountId: drawer }), 409, 'account-archived');
      expectProblem(await patch(`real-accounts/${bank.id}`, { archived: true }), 409, 'balance-not-zero');
    });

    it('move to another home, which new money goes to', async () => {
      const { rent, desk, bank } = books;
      await transfer();
      expect((await patch(`accounts/${rent}`, { realAccountId: desk.id })).body.realAccountId).to.equal(
        desk.id,
      );
      expect((await transfer()).body.target).to.deep.equal({ accountId: rent, realAccountId: desk.id });
      const { body } = await get(`amounts?accountId=${rent}`);
      expect(
        body.items.map((item: { realAccountId: string; amount: { amount: number } }) => [
          item.realAccountId,
          item.amount.amount,
        ]),
      ).to.have.deep.members([
        [bank.id, 1_000],
        [desk.id, 1_000],
      ]);
      expectProblem(
        await patch(`accounts/${books.unallocated}`, { realAccountId: desk.id }),
        409,
        'account-in-use',
      );
    });
  });

  describe('transactions', () => {
    it('move money and cannot be changed', async () => {
      const { status, body, headers } = await transfer({
        description: ' July ',
        effectiveAt: '2026-07-01T02:00:00+02:00',
      });
      expect(status).to.equal(201);
      expect(headers.get('location')).to.equal(`/v1/cash/transactions/${body.id}`);
      expect(body).to.deep.include({
        source: { accountId: books.unallocated, realAccountId: books.bank.id },
        target: { accountId: books.rent, realAccountId: books.bank.id },
        amount: eur(1_000),
        description: 'July',
        effectiveAt: '2026-07-01T00:00:00.000Z',
      });
      expect(body).not.to.have.any.keys('reversalOf', 'refundOf', 'origin', 'batchId', 'createdBy');
      expect((await get(`transactions/${body.id}`)).body).to.deep.equal(body);
      for (const method of ['PATCH', 'DELETE', 'PUT'])
        expect(
          (await praxis.call(method, `/v1/cash/transactions/${body.id}`, { token: admin })).status,
        ).to.equal(405);
    });

    it('reject invalid fields and name each of them', async () => {
      const { unallocated, rent, bank, desk } = books;
      const unknown = '019aa5b2-7c00-7000-8000-00000000abcd';
      const cases: [object, number, string, string?][] = [
        [{ amount: eur(0) }, 422, 'validation', '/amount/amount'],
        [{ amount: eur(-1) }, 422, 'validation', '/amount/amount'],
        [{ amount: eur(1.5) }, 422, 'validation', '/amount/amount'],
        [{ amount: eur(2 ** 53) }, 422, 'validation', '/amount/amount'],
        [{ amount: { amount: '5', currency: 'EUR' } }, 422, 'validation', '/amount/amount'],
        [{ amount: 5 }, 422, 'validation', '/amount'],
        [{ amount: { amount: 5, currency: 'USD' } }, 422, 'currency-mismatch', '/amount/currency'],
        [{ sourceAccountId: unknown }, 422, 'validation', '/sourceAccountId'],
        [{ targetAccountId: unknown }, 422, 'validation', '/targetAccountId'],
        [{ targetRealAccountId: unknown }, 422, 'validation', '/targetRealAccountId'],
        [{ effectiveAt: '2026-07-01T02:00:00' }, 422, 'validation', '/effectiveAt'],
        [{ effectiveAt: '2026-07-01T02:00Z' }, 422, 'validation', '/effectiveAt'],
        [{ effectiveAt: '0000-06-01T00:00:00Z' }, 422, 'validation', '/effectiveAt'],
        [{ effectiveAt: '0001-01-01T00:00:00+14:00' }, 422, 'validation', '/effectiveAt'],
        [{ effectiveAt: '2999-07-01T02:00:00Z' }, 422, 'validation', '/effectiveAt'],
        [{ description: 'x'.repeat(501) }, 422, 'validation', '/description'],
        [{ targetAccountId: unallocated }, 422, 'same-amount'],
        [{ targetAccountId: unallocated, targetRealAccountId: bank.id }, 422, 'same-amount'],
        [{ id: unknown }, 422, 'validation', '/id'],
      ];
      for (const [changes, status, code, pointer] of cases)
        expectProblem(await transfer(changes), status, code, pointer);
      const short = expectProblem(await transfer({ amount: eur(100_001) }), 422, 'insufficient-funds');
      expect([short.available, short.required]).to.deep.equal([eur(100_000), eur(100_001)]);
      const yen = await praxis.call('POST', '/v1/cash/real-accounts', {
        token: admin,
        body: { name: 'Yen', kind: 'bank', currency: 'JPY' },
      });
      expectProblem(
        await transfer({ targetRealAccountId: yen.body.id }),
        422,
        'currency-mismatch',
        '/targetRealAccountId',
      );
      expect(
        (await transfer({ targetAccountId: unallocated, targetRealAccountId: desk.id })).status,
      ).to.equal(201);
      expect((await get(`accounts/${rent}`)).body.balance).to.deep.equal(eur(0));
    });

    it('require an Idempotency-Key and repeat its first answer', async () => {
      const body = { sourceAccountId: books.unallocated, targetAccountId: books.rent, amount: eur(7) };
      const bare = await praxis.call('POST', '/v1/cash/transactions', { token: staff, body });
      expectProblem(bare, 400, 'idempotency-key-required');
      const key = randomUUID();
      const [first, second] = [
        await post('transactions', body, staff, key),
        await post('transactions', body, staff, key),
      ];
      expect([second.text, second.headers.get('idempotent-replayed')]).to.deep.equal([first.text, 'true']);
      expect((await get(`accounts/${books.rent}`)).body.balance).to.deep.equal(eur(7));
    });

    it('are posted in batches, all or none, each on the balances that the ones before it leave', async () => {
      const { unallocated, rent, drawer } = books;
      const step = (sourceAccountId: string, targetAccountId: string, amount: number) => ({
        sourceAccountId,
        targetAccountId,
        amount: eur(amount),
      });
      const chain = [
        step(unallocated, rent, 100_000),
        step(rent, drawer, 60_000),
        step(drawer, unallocated, 1),
      ];
      const dry = await post('transactions/batch?dryRun=true', { transactions: chain });
      expect([dry.status, dry.body.dryRun, dry.body.id]).to.deep.equal([200, true, null]);
      expect(dry.body.transactions).to.have.length(3);
      expect((await get(`accounts/${rent}`)).body.balance).to.deep.equal(eur(0));

      const posted = await post('transactions/batch', { transactions: chain });
      expect(posted.status).to.equal(201);
      const numbers = posted.body.transactions.map(({ number }: { number: number }) => number);
      expect(numbers).to.deep.equal(numbers.toSorted((a: number, b: number) => a - b));
      expect(posted.body.transactions[0].batchId).to.equal(posted.body.id);
      expect((await get(`accounts/${rent}`)).body.balance).to.deep.equal(eur(40_000));

      const broken = [step(rent, drawer, 40_000), step(drawer, unallocated, 1), step(rent, drawer, 1)];
      const problem = expectProblem(
        await post('transactions/batch', { transactions: broken }),
        422,
        'insufficient-funds',
      );
      expect(problem.index).to.equal(2);
      const unknown = [step(rent, drawer, 1), { ...step(rent, drawer, 1), targetAccountId: books.bank.id }];
      expectProblem(
        await post('transactions/batch', { transactions: unknown }),
        422,
        'validation',
        '/transactions/1/targetAccountId',
      );
      expect((await get(`accounts/${rent}`)).body.balance).to.deep.equal(eur(40_000));
      expectProblem(
        await post('transactions/batch', { transactions: [] }),
        422,
        'validation',
        '/transactions',
      );
    });

    it('are accepted in a batch of 500 and rejected in a batch of 501', async () => {
      const one = { sourceAccountId: books.unallocated, targetAccountId: books.rent, amount: eur(1) };
      const many = (count: number) =>
        post('transactions/batch', { transactions: Array.from({ length: count }, () => one) });
      expect((await many(500)).status).to.equal(201);
      expectProblem(await many(501), 422, 'validation', '/transactions');
      expect((await get(`accounts/${books.rent}`)).body.balance).to.deep.equal(eur(500));
    });

    it('are reversed once, in full, and by an admin only', async () => {
      const effectiveAt = '2026-07-01T00:00:00.000Z';
      const { body: original } = await transfer({ effectiveAt });
      const reverse = (date: string) => post(`transactions/${original.id}/reverse`, { date }, admin);
      const { status, body } = await reverse('original');
      expect(status).to.equal(201);
      expect(body).to.deep.include({
        source: original.target,
        target: original.source,
        amount: original.amount,
        effectiveAt,
        reversalOf: original.id,
      });
      expectProblem(await reverse('today'), 409, 'already-reversed');
      expectProblem(
        await post(`transactions/${original.id}/refunds`, { amount: eur(1) }),
        409,
        'already-reversed',
      );
    });

    it('are refunded in parts that add up to at most the original', async () => {
      const { body: original } = await transfer();
      const refund = (amount: number) => post(`transactions/${original.id}/refunds`, { amount: eur(amount) });
      const { status, body } = await refund(400);
      expect([status, body.refundOf, body.amount]).to.deep.equal([201, original.id, eur(400)]);
      const problem = expectProblem(await refund(601), 409, 'refund-exceeds-original');
      expect(problem.refundable).to.deep.equal(eur(600));
      expectProblem(
        await post(`transactions/${original.id}/reverse`, { date: 'today' }, admin),
        409,
        'already-refunded',
      );
      expect((await refund(600)).status).to.equal(201);
      expectProblem(await refund(1), 409, 'refund-exceeds-original');
      const usd = { amount: { amount: 1, currency: 'USD' } };
      expectProblem(await post(`transactions/${original.id}/refunds`, usd), 422, 'currency-mismatch');
    });

    it('are not reversed when the target has spent the money', async () => {
      const { body: original } = await transfer();
      await transfer({ sourceAccountId: books.rent, targetAccountId: books.drawer, amount: eur(1) });
      expectProblem(
        await post(`transactions/${original.id}/reverse`, { date: 'today' }, admin),
        422,
        'insufficient-funds',
      );
    });

    it('are listed by account, real account, time and origin', async () => {
      const { body: old } = await transfer({ effectiveAt: '2026-07-01T00:00:00Z' });
      const { body: fresh } = await transfer();
      const ids = async (query: string) =>
        (await get(`transactions?${query}`)).body.items.map(({ id }: { id: string }) => id);
      expect(await ids(`accountId=${books.rent}`)).to.deep.equal([fresh.id, old.id]);
      expect(await ids(`accountId=${books.rent}&to=2026-07-01T00:00:00.001Z`)).to.deep.equal([old.id]);
      expect(await ids(`accountId=${books.rent}&from=2026-07-01T00:00:00.001Z`)).to.deep.equal([fresh.id]);
      expect(await ids(`realAccountId=${books.desk.id}`)).to.deep.equal([]);
      expect(await ids('origin=order:nothing')).to.deep.equal([]);
      expect((await get('transactions?origin=order')).status).to.equal(400);
      expect((await get('transactions?sort=number')).status).to.equal(400);
    });
  });

  describe('holds', () => {
    const hold = (changes: object = {}) =>
      post('holds', {
        sourceAccountId: books.unallocated,
        targetAccountId: books.expense,
        amount: eur(60_000),
        ...changes,
      });

    it('reserve money, and release the part that is not captured', async () => {
      const { status, body, headers } = await hold();
      expect(status).to.equal(201);
      expect(headers.get('location')).to.equal(`/v1/cash/holds/${body.id}`);
      const week = 7 * 24 * 3_600_000;
      expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).to.equal(week);
      const balance = async () => (await get(`accounts/${books.unallocated}/balance`)).body;
      expect(await balance()).to.deep.include({
        balance: eur(100_000),
        held: eur(60_000),
        available: eur(40_000),
        axis: 'effective',
      });
      const short = expectProblem(await transfer({ amount: eur(40_001) }), 422, 'insufficient-funds');
      expect(short.available).to.deep.equal(eur(40_000));
      expectProblem(await hold(), 422, 'insufficient-funds');
      expectProblem(
        await post(`holds/${body.id}/capture`, { amount: eur(60_001) }),
        422,
        'validation',
        '/amount',
      );
      const captured = await post(`holds/${body.id}/capture`, { amount: eur(50_000) });
      expect([captured.status, captured.body.status, captured.body.captured]).to.deep.equal([
        200,
        'captured',
        eur(50_000),
      ]);
      expect((await get(`transactions/${captured.body.transactionId}`)).body.amount).to.deep.equal(
        eur(50_000),
      );
      expect(await balance()).to.deep.include({ balance: eur(50_000), held: eur(0), available: eur(50_000) });
      const late = expectProblem(await post(`holds/${body.id}/void`), 409, 'hold-not-open');
      expect(late.holdStatus).to.equal('captured');
    });

    it('are captured in full without a body, or voided', async () => {
      const [first, second] = [await hold({ amount: eur(10) }), await hold({ amount: eur(20) })];
      expect((await post(`holds/${first.body.id}/capture`)).body.captured).to.deep.equal(eur(10));
      expect((await post(`holds/${second.body.id}/void`)).body.status).to.equal('voided');
      expectProblem(await post(`holds/${second.body.id}/capture`), 409, 'hold-not-open');
      const listed = await get(`holds?accountId=${books.expense}&status=voided`);
      expect(listed.body.items.map(({ id }: { id: string }) => id)).to.deep.equal([second.body.id]);
    });

    it('expire without a request', async () => {
      const expiresAt = new Date(Date.now() + 300).toISOString();
      const { body } = await hold({ expiresAt });
      await new Promise((resolve) => setTimeout(resolve, 350));
      expect((await get(`holds/${body.id}`)).body).to.deep.include({
        status: 'expired',
        closedAt: expiresAt,
      });
      expectProblem(await post(`holds/${body.id}/capture`), 409, 'hold-not-open');
      // No job has released the expired hold yet, but its money is available.
      expect((await transfer({ amount: eur(100_000) })).status).to.equal(201);
      expectProblem(await hold({ expiresAt: '2020-01-01T00:00:00Z' }), 422, 'validation', '/expiresAt');
    });
  });

  describe('periods, balances and statements', () => {
    it('reject transactions in a month that is closed in the zone of the practice', async () => {
      const { bank } = books;
      const close = (period: string) =>
        praxis.call('POST', `/v1/cash/real-accounts/${bank.id}/periods/${period}/close`, { token: admin });
      await transfer({ effectiveAt: '2026-02-15T00:00:00Z' });
      await transfer({ effectiveAt: '2026-03-28T23:30:00Z' });
      const early = expectProblem(await close('2026-03'), 409, 'earlier-period-open');
      expect(early.period).to.equal('2026-02');
      expect((await close('2026-02')).status).to.equal(200);
      const march = await close('2026-03');
      // Berlin is one hour ahead of UTC at the beginning of March, and two hours at its end.
      expect([march.body.startsAt, march.body.endsAt]).to.deep.equal([
        '2026-02-28T23:00:00.000Z',
        '2026-03-31T22:00:00.000Z',
      ]);
      const late = expectProblem(
        await transfer({ effectiveAt: '2026-03-31T21:59:59.999Z' }),
        409,
        'period-closed',
      );
      expect(late.firstOpenDay).to.equal('2026-04-01');
      expect((await transfer({ effectiveAt: '2026-03-31T22:00:00Z' })).status).to.equal(201);
      expectProblem(await close('2026-01'), 409, 'period-closed');
      expectProblem(await close('2026-03'), 409, 'period-closed');
      expectProblem(await close('2999-01'), 409, 'period-not-over');
      expect((await close('2026-13')).status).to.equal(404);
      expect((await get(`real-accounts/${bank.id}`)).body.closedThrough).to.equal('2026-03');
    });

    it('have balances by the time of the event and by the time of posting', async () => {
      const before = new Date().toISOString();
      await transfer({ effectiveAt: '2026-05-01T00:00:00Z' });
      const at = async (query: string) =>
        (await get(`accounts/${books.rent}/balance?${query}`)).body.balance.amount;
      expect(await at('at=2026-05-01T00:00:00Z')).to.equal(1_000);
      expect(await at('at=2026-04-30T23:59:59.999Z')).to.equal(0);
      expect(await at('at=2026-05-01T00:00:00Z&axis=recorded')).to.equal(0);
      expect(await at(`at=${before}&axis=recorded`)).to.equal(0);
      expect(await at('axis=recorded')).to.equal(1_000);
      expect((await get(`accounts/${books.rent}/balance?axis=both`)).status).to.equal(400);
    });

    it('have statements with a running balance, `from` inclusive and `to` exclusive', async () => {
      const { rent, bank } = books;
      for (const [effectiveAt, amount] of [
        ['2026-05-03T00:00:00Z', 300],
        ['2026-05-01T00:00:00Z', 100],
        ['2026-05-02T00:00:00Z', 200],
        ['2026-06-01T00:00:00Z', 600],
        ['2026-04-30T23:59:59.999Z', 50],
      ] as const)
        await transfer({ effectiveAt, amount: eur(amount) });
      const { body } = await get(
        `accounts/${rent}/statement?from=2026-05-01T00:00:00Z&to=2026-06-01T00:00:00Z`,
      );
      expect([body.opening, body.closing]).to.deep.equal([eur(50), eur(650)]);
      type Line = { amount: { amount: number }; balance: { amount: number } };
      expect(body.lines.map(({ amount, balance }: Line) => [amount.amount, balance.amount])).to.deep.equal([
        [100, 150],
        [200, 350],
        [300, 650],
      ]);
      const backwards = 'from=2026-06-01T00:00:00Z&to=2026-05-01T00:00:00Z';
      expectProblem(
        await get(`accounts/${rent}/statement?${backwards}`),
        400,
        'malformed-request',
        '/query/to',
      );
      expect((await get(`accounts/${rent}/statement?from=2999-01-01T00:00:00Z`)).body.lines).to.deep.equal(
        [],
      );
      const whole = await get(`real-accounts/${bank.id}/statement`);
      expect([whole.body.lines.length, whole.body.closing]).to.deep.equal([1, eur(100_000)]);
    });

    it('have statements as CSV with escaped formulas', async () => {
      await transfer({ description: '=HYPERLINK("http://evil.example","x")', amount: eur(5) });
      await transfer({ description: 'a, "quoted"\nline', amount: eur(100_00) });
      const path = `accounts/${books.unallocated}/statement`;
      const { status, headers, text } = await get(path, { accept: 'text/csv' });
      expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/csv; charset=utf-8']);
      expect(headers.get('vary')).to.include('Accept');
      expect(headers.get('content-disposition')).to.equal('attachment; filename="statement.csv"');
      const lines = text.split('\r\n');
      expect(lines[0]).to.equal('effectiveAt,transactionId,description,amount,balance,currency');
      expect(lines[1]).to.equal(',,Opening balance,,0.00,EUR');
      expect(text).to.include(`"'=HYPERLINK(""http://evil.example"",""x"")",-0.05,999.95,EUR\r\n`);
      expect(text).to.include('"a, ""quoted""\nline",-100.00,899.95,EUR\r\n');
      for (const accept of ['application/json', '*/*', 'text/html', 'text/csv;q=0.5, application/json'])
        expect((await get(path, { accept })).headers.get('content-type')).to.include('json');
    });
  });

  it('answers unknown ids with 404', async () => {
    const unknown = '019aa5b2-7c00-7000-8000-00000000abcd';
    for (const path of ['real-accounts', 'accounts', 'amounts', 'transactions', 'holds'])
      expectProblem(await get(`${path}/${unknown}`), 404, 'not-found');
    for (const path of ['real-accounts', 'accounts'])
      for (const question of ['balance', 'statement'])
        expectProblem(await get(`${path}/${unknown}/${question}`), 404, 'not-found');
  });

  it('reports that every integrity check passes', async () => {
    const { status, body } = await praxis.call('GET', '/v1/cash/integrity', { token: admin });
    expect([status, body.ok]).to.deep.equal([200, true]);
    expect(body.checks.length).to.be.greaterThan(10);
  });
});
