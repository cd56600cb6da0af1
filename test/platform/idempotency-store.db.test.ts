import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Cradle } from '../../src/container.js';
import type { Statement } from '../../src/platform/database/database.js';
import { beginTransaction, type OpenTransaction } from '../../src/platform/database/transactions.js';
import type {
  IdempotencyStore,
  KeyedRequest,
} from '../../src/platform/http/idempotency/idempotency-store.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { rejection } from '../support/rejection.js';

const ONE: Statement = { name: 'test_one', text: 'SELECT 1 AS one' };
const SHADOW: Statement = {
  name: 'test_shadow',
  text: 'CREATE TEMPORARY TABLE idempotency_keys (LIKE public.idempotency_keys INCLUDING ALL) ON COMMIT DROP',
};
const STORED: Statement = {
  name: 'test_stored',
  text: 'SELECT count(*)::int AS count FROM public.idempotency_keys',
};
const FUNCTION_SETTINGS: Statement = {
  name: 'test_settings',
  text: `SELECT proname AS name, proconfig AS settings FROM pg_proc
         WHERE proname IN ('claim_idempotency_key', 'store_idempotency_answer') ORDER BY 1`,
};

describe('the idempotency store', () => {
  let opened: OnPostgres<Cradle>;
  let store: IdempotencyStore;
  const open: OpenTransaction[] = [];
  before(async () => {
    opened = await openOnPostgres();
    store = opened.cradle.idempotencyStore;
  });
  after(() => opened.close());
  afterEach(async () => {
    for (const transaction of open.splice(0)) await transaction.rollback();
  });

  const begin = async (): Promise<OpenTransaction> => {
    const transaction = await beginTransaction(opened.container, opened.cradle.sequelize);
    open.push(transaction);
    return transaction;
  };
  const aRequest = (): KeyedRequest => ({
    key: randomUUID(),
    caller: 'nobody',
    operation: 'POST /v1/test',
    fingerprint: '{}',
  });
  const answer = (body: string) => ({ status: 201, headers: {}, body });
  async function storeAnswer(request: KeyedRequest, body: string): Promise<void> {
    const transaction = await begin();
    open.pop();
    expect(await store.store(request, answer(body), transaction.database)).to.equal(true);
    await transaction.commit();
  }

  it('claims a key for one transaction at a time', async () => {
    const request = aRequest();
    const [first, second] = [await begin(), await begin()];
    expect(await store.claim(request, first.database)).to.equal(true);
    expect(await store.claim(request, second.database)).to.equal(false);
    await first.rollback();
    expect(await store.claim(request, (await begin()).database)).to.equal(true);
  });

  it('aborts the transaction whose claim fails, so that statements sent behind the claim do nothing', async () => {
    const request = aRequest();
    const [first, second] = [await begin(), await begin()];
    await store.claim(request, first.database);
    const claimed = store.claim(request, second.database);
    const behind = rejection(second.database.rows(ONE, []));
    expect(await claimed).to.equal(false);
    expect(await behind).to.have.property('code', '25P02');
  });

  it('keeps the first of two answers, and aborts the transaction of the second', async () => {
    const request = aRequest();
    await storeAnswer(request, 'first');
    const { database } = await begin();
    expect(await store.store(request, answer('second'), database)).to.equal(false);
    expect(await rejection(database.rows(ONE, []))).to.have.property('code', '25P02');
    expect(await store.find(request)).to.deep.include({ state: 'answered', answer: answer('first') });
  });

  it('distinguishes an answered key from other failures to store', async () => {
    const { database } = await begin();
    await rejection(database.rows({ name: 'test_no_table', text: 'SELECT FROM no_such_table' }, []));
    const error = await rejection(store.store(aRequest(), answer('lost'), database));
    expect(error).to.have.property('code', '25P02');
  });

  it('replaces a reservation by the answer', async () => {
    const request = aRequest();
    const transaction = await begin();
    open.pop();
    expect(await store.reserve(request, 'order-1', transaction.database)).to.be.a('string');
    await transaction.commit();
    await storeAnswer(request, 'done');
    expect(await store.find(request)).to.deep.include({ answer: answer('done') });
  });

  it('stores answers in its own table where a temporary table has the same name', async () => {
    const transaction = await begin();
    open.pop();
    await transaction.database.rows(SHADOW, []);
    await store.store(aRequest(), answer('real'), transaction.database);
    const [row] = await transaction.database.rows<{ count: number }>(STORED, []);
    await transaction.rollback();
    expect(row?.count).to.be.greaterThan(0);
    for (const { settings } of await opened.cradle.database.rows<{ settings: string[] }>(
      FUNCTION_SETTINGS,
      [],
    ))
      expect(settings).to.deep.equal(['search_path=public, pg_temp']);
  });
});
