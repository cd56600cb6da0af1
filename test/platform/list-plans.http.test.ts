import { expect } from 'chai';
import pg from 'pg';
import { pino } from 'pino';
import sinon from 'sinon';
import { STAFF, writeData, type Sizes } from '../bench/http/data.js';
import { idOf } from '../bench/http/ids.js';
import type { AccessTokens } from '../../src/identity/application/ports.js';
import { ROUTES } from '../../src/contexts.js';
import { startPraxis, type Praxis } from '../../src/main.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { createTestDatabase, execute, type TestDatabase } from '../support/postgres.js';

const SIZES: Sizes = {
  users: 10_000,
  members: 5_000,
  products: 21_000,
  orders: 21_000,
  doctors: 400,
  appointments: 21_000,
  posts: 21_000,
  comments: 42_000,
  postings: 42_000,
  envelopes: 50,
};

/** A table with this many rows is never read completely. */
const LARGE = 5_000;
/** The ids for lists with a parameter in their path. */
const IDS: Readonly<Record<string, string>> = {
  listStockMovements: idOf('product', 7),
  listOrderEvents: idOf('order', 7),
  listAppointmentHistory: idOf('appointment', 7),
  listPatientsOfDoctor: idOf('doctor', 7),
  listDoctorsOfPatient: idOf('patient', 7),
  listCardsOfUser: idOf('user', 7),
  listSecurityEventsOfUser: idOf('user', 7),
  listPeriods: idOf('real-account', 1),
  listReconciliations: idOf('real-account', 1),
  listRevisions: idOf('post', 7),
  listComments: idOf('post', 7),
  listTimeOff: idOf('doctor', 7),
};

/** Filters that need their own plan, by operation. Each list is also requested without filters. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  listOrders: [`userId=${idOf('user', 7)}`, 'from=2020-01-01T00:00:00Z', 'sort=createdAt'],
  listAppointments: [`doctorId=${idOf('doctor', 7)}`, `patientId=${idOf('patient', 7)}`],
  listTransactions: [`accountId=${idOf('account', 7)}`, 'origin=order:1'],
  listPosts: ['include=comments', `authorId=${idOf('user', STAFF)}`],
  listUsers: ['q=user77'],
  listPatients: ['q=person%2077'],
};

/** Lists that have to read every row of their table. */
const SEARCHES = new Set(['listProducts?q']);

type Plan = Readonly<{
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: readonly Plan[];
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
}>;
type Seen = Readonly<{ text: string; values: unknown[] }>;

const scansOf = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] !== undefined ? [plan['Relation Name']] : []),
  ...(plan.Plans ?? []).flatMap(scansOf),
];

describe('lists over tables with many rows', function () {
  this.timeout(300_000);
  let database: TestDatabase;
  let praxis: Praxis;
  let client: pg.Client;
  let token: string;
  let large: ReadonlySet<string>;
  before(async () => {
    database = await createTestDatabase();
    await writeData(database, SIZES, () => undefined);
    // The only admin, who may read every list.
    await execute(
      database.superuserUrl,
      `UPDATE users SET role = 'admin' WHERE id = '${idOf('user', STAFF)}'`,
      `INSERT INTO patients (id, user_id, name, created_at, updated_at, version)
       VALUES ('${idOf('patient', STAFF)}', '${idOf('user', STAFF)}', 'Ada Admin', now(), now(), 1)`,
    );
    const env = {
      PORT: '0',
      DATABASE_URL: database.url,
      DATABASE_MIGRATION_URL: database.ownerUrl,
      AUTH_SECRET: 'a secret for tests, longer than 32 bytes',
      MAIL_URL: 'smtp://127.0.0.1:9',
      RATE_LIMIT: 'off',
      JOBS: 'off',
    };
    praxis = await startPraxis(loadConfig(env, { cwd: '/nonexistent' }), {
      logger: pino({ level: 'silent' }),
    });
    const { accessTokens } = praxis.container.cradle as unknown as Readonly<{ accessTokens: AccessTokens }>;
    token = await accessTokens.mint({ userId: idOf('user', STAFF), sessionId: idOf('session', STAFF) });
    client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND reltuples >= ${LARGE}`,
    );
    large = new Set(rows.map(({ name }) => name));
  });
  after(async () => {
    await client.end();
    await praxis.stop();
    await database.drop();
  });

  /** The statements of the server during `work` that begin with one of `kinds`, except that of the session. */
  async function statementsDuring<Result>(
    kinds: RegExp,
    work: () => Promise<Result>,
  ): Promise<Readonly<{ seen: readonly Seen[]; result: Result }>> {
    const seen: Seen[] = [];
    const spy = sinon.stub(pg.Client.prototype, 'query').callsFake(function (
      this: pg.Client,
      ...args: unknown[]
    ) {
      const [query] = args as [{ text?: string; values?: unknown[] }];
      if (kinds.test(query.text ?? '') && !query.text!.includes('FROM sessions JOIN'))
        seen.push({ text: query.text!, values: query.values ?? [] });
      return Reflect.apply(spy.wrappedMethod, this, args) as undefined;
    });
    try {
      return { seen, result: await work() };
    } finally {
      spy.restore();
    }
  }

  async function asked(path: string): Promise<Readonly<{ seen: readonly Seen[]; cursor: string | null }>> {
    const { seen, result } = await statementsDuring(/^\s*(SELECT|WITH)/, async () => {
      const response = await fetch(praxis.url + path, { headers: { authorization: `Bearer ${token}` } });
      const body = (await response.json()) as { nextCursor?: string | null };
      expect(response.status, `${path} ${JSON.stringify(body)}`).to.equal(200);
      return body;
    });
    return { seen, cursor: result.nextCursor ?? null };
  }

  async function planOf({ text, values }: Seen, options = ''): Promise<Plan> {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (FORMAT JSON${options}) ${text}`,
      values,
    );
    return rows[0]!['QUERY PLAN'][0].Plan;
  }

  it('has enough rows for meaningful plans', () => {
    expect([...large]).to.include.members([
      'users',
      'sessions',
      'products',
      'orders',
      'order_lines',
      'payments',
      'order_events',
      'appointments',
      'patients',
      'posts',
      'comments',
      'cash_transactions',
      'cash_postings',
    ]);
  });

  for (const { operationId, path } of ROUTES.filter(
    ({ method, items }) => method === 'get' && items !== undefined,
  ))
    it(`${operationId} finds its rows by an index, on the first page and after it`, async () => {
      const id = IDS[operationId];
      if (path.includes('{') && id === undefined) throw new Error(`${path}: of what?`);
      const at = path.replace(/\{\w+\}/, id ?? '');
      for (const filter of ['', ...(FILTERS[operationId] ?? [])]) {
        const first = await asked(`${at}?limit=20&${filter}`);
        const pages = [first];
        if (first.cursor !== null)
          pages.push(await asked(`${at}?limit=20&${filter}&cursor=${encodeURIComponent(first.cursor)}`));
        for (const { seen } of pages)
          for (const statement of seen) {
            const scanned = scansOf(await planOf(statement)).filter((table) => large.has(table));
            if (!SEARCHES.has(`${operationId}?${filter.split('=')[0] ?? ''}`))
              expect(scanned, `${filter}\n${statement.text}`).to.deep.equal([]);
          }
      }
    });

  /**
   * The plan that serves every value of the parameters, which PostgreSQL uses from the sixth execution on. Rows found by an index
   * cost four times as much as usual, so that it reads a table as readily as one of a quarter of the size.
   */
  async function genericPlanOf({ text, values }: Seen): Promise<Plan> {
    await client.query('SET plan_cache_mode = force_generic_plan');
    await client.query('SET random_page_cost = 16');
    await client.query(`PREPARE hot AS ${text}`);
    try {
      const nulls = values.length === 0 ? '' : `(${values.map(() => 'NULL').join(', ')})`;
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `EXPLAIN (FORMAT JSON) EXECUTE hot${nulls}`,
      );
      return rows[0]!['QUERY PLAN'][0].Plan;
    } finally {
      await client.query('DEALLOCATE hot');
      await client.query('RESET plan_cache_mode');
      await client.query('RESET random_page_cost');
    }
  }

  const bookingDay = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const hotWrites: Readonly<Record<string, readonly [string, object]>> = {
    'placing an order': [
      '/v1/orders',
      {
        lines: [7, 8, 9].map((n) => ({ productId: idOf('product', n), quantity: 1 })),
        payment: { method: 'desk' },
      },
    ],
    'booking an appointment': [
      '/v1/appointments',
      {
        doctorId: idOf('doctor', 7),
        appointmentTypeId: idOf('type', 1),
        startsAt: `${bookingDay}T10:00:00.000Z`,
      },
    ],
    'posting a transaction': [
      '/v1/cash/transactions',
      {
        sourceAccountId: idOf('account', 1),
        targetAccountId: idOf('account', 2),
        amount: { amount: 1, currency: 'EUR' },
      },
    ],
  };
  for (const [what, [path, body]] of Object.entries(hotWrites))
    it(`${what} finds its rows by an index, also with the plan for all values`, async () => {
      const { seen } = await statementsDuring(/^\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b/, async () => {
        const response = await fetch(praxis.url + path, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': `plan-${what.replaceAll(' ', '-')}`,
          },
          body: JSON.stringify(body),
        });
        expect(response.status, await response.text()).to.equal(201);
      });
      expect(seen.length).to.be.greaterThan(2);
      for (const statement of seen) {
        const scanned = scansOf(await genericPlanOf(statement)).filter((table) => large.has(table));
        expect(scanned, statement.text).to.deep.equal([]);
      }
    });

  it('control: reports a list that reads its whole table', async () => {
    const plan = await planOf({ text: 'SELECT id FROM orders ORDER BY updated_at LIMIT 20', values: [] });
    expect(scansOf(plan)).to.deep.equal(['orders']);
  });

  for (const [list, table, key] of [
    ['/v1/products', 'products', 'created_at'],
    ['/v1/orders', 'orders', 'created_at'],
    ['/v1/posts', 'posts', 'sort_at'],
    ['/v1/appointments', 'appointments', 'starts_at'],
  ] as const)
    it(`${list}: page 1,000 reads as many blocks as page 1`, async () => {
      const first = await asked(`${list}?limit=20`);
      const second = await asked(`${list}?limit=20&cursor=${encodeURIComponent(first.cursor!)}`);
      const statement = second.seen.at(-1)!;
      const direction = list === '/v1/appointments' ? 'ASC' : 'DESC';
      const { rows } = await client.query<{ at: Date; id: string }>(
        `SELECT ${key} AS at, id FROM ${table} ORDER BY ${key} ${direction}, id ${direction} OFFSET 19999 LIMIT 1`,
      );
      const { at, id } = rows[0]!;
      // The instant of the cursor is the last instant among the values, apart from the current time.
      const place = statement.values.findLastIndex(
        (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value),
      );
      expect(place, JSON.stringify(statement.values)).not.to.equal(-1);
      const values = statement.values.map((value, index) =>
        index === place ? at : index === place + 1 ? id : value,
      );
      const blocks = async (seen: Seen) => {
        const plan = await planOf(seen, ', ANALYZE, BUFFERS');
        return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
      };
      const near = await blocks(first.seen.at(-1)!);
      const far = await blocks({ text: statement.text, values });
      expect(far, `${near} blocks on page 1`).to.be.at.most(1.3 * near + 20);
    });
});
