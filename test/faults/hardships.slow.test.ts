import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { MINUTE } from '../../src/kernel/clock.js';
import { makeUser, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';
import { eventually, REPOSITORY } from '../support/processes.js';
import { until, ServerUnderKill, type Reply } from '../support/server-under-kill.js';

const MOVABLE_CLOCK = pathToFileURL(path.join(REPOSITORY, 'test/faults/processes/movable-clock.mjs')).href;
const EUR = (amount: number) => ({ amount, currency: 'EUR' });

describe('a server with scarce resources', function () {
  this.timeout(300_000);

  describe('with two connections to its database', () => {
    let praxis: TestPraxis;
    let members: TestUser[];
    before(async () => {
      praxis = await startTestPraxis({ DATABASE_POOL_MAX: '2' });
      members = [];
      for (let n = 0; n < 6; n += 1) members.push(await makeUser(praxis));
    });
    after(() => praxis.stop());

    it('answers 503 while both are blocked, never 500, and recovers when they are free', async () => {
      const blocker = new pg.Client({ connectionString: praxis.ownerUrl });
      await blocker.connect();
      const rename = ({ accessToken }: TestUser) =>
        praxis.call('PATCH', '/v1/me', {
          token: accessToken,
          body: { fullName: 'Mia Stuck' },
          headers: { 'if-match': '*' },
        });
      try {
        await blocker.query('BEGIN');
        await blocker.query('SELECT FROM users FOR UPDATE');
        const answers = await Promise.all(members.map(rename));
        expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([503]));
        for (const { headers } of answers) expect(Number(headers.get('retry-after'))).to.be.greaterThan(0);
      } finally {
        await blocker.query('ROLLBACK');
        await blocker.end();
      }
      const after = await Promise.all(members.map(rename));
      expect(after.map(({ status }) => status)).to.deep.equal(members.map(() => 200));
    });

    it('holds no connection while a gateway is slow', async () => {
      const admin = await makeUser(praxis, 'admin');
      const product = await praxis.call('POST', '/v1/products', {
        token: admin.accessToken,
        body: { sku: 'SLOW', name: 'Patience', price: EUR(100), stock: 50 },
      });
      const saved = await Promise.all(
        members.map(({ accessToken }) =>
          praxis.call('POST', '/v1/me/cards', { token: accessToken, body: { gatewayToken: 'tok_slow' } }),
        ),
      );
      expect(saved.map(({ status }) => status)).to.deep.equal(members.map(() => 201));
      let answered = 0;
      const orders = members.map(async ({ accessToken }) => {
        const { status } = await praxis.call('POST', '/v1/orders', {
          token: accessToken,
          headers: { 'idempotency-key': randomUUID() },
          body: { lines: [{ productId: product.body.id, quantity: 1 }], payment: { method: 'card' } },
        });
        answered += 1;
        return status;
      });
      await eventually('all of them wait for the gateway', async () => {
        const stocked = await praxis.call('GET', `/v1/products/${product.body.id}`, {
          token: admin.accessToken,
        });
        return stocked.body.stock === 50 - members.length;
      });
      for (const { accessToken } of members)
        expect((await praxis.call('GET', '/v1/me', { token: accessToken })).status).to.equal(200);
      expect(answered, 'orders the gateway had answered by then').to.equal(0);
      expect(await Promise.all(orders)).to.deep.equal(members.map(() => 201));
    });
  });

  /** A server with the demo practice, and what a client needs to transfer money. */
  async function openBooks(server: ServerUnderKill) {
    await server.start();
    const body = (who: string) => ({ email: `${who}@praxis.test`, password: 'praxis-demo-2026' });
    const tokenOf = async (who: string) =>
      String((await server.call('POST', '/v1/sessions', undefined, body(who))).body['accessToken']);
    const [admin, staff] = [await tokenOf('admin'), await tokenOf('staff')];
    const make = async (route: string, given: object): Promise<string> =>
      String((await until(201, () => server.call('POST', route, admin, given))).body['id']);
    const bank = await make('/v1/cash/real-accounts', { name: 'Hard', kind: 'external', currency: 'EUR' });
    const [from, to] = [
      await make('/v1/cash/accounts', { name: 'From', realAccountId: bank, type: 'equity' }),
      await make('/v1/cash/accounts', { name: 'To', realAccountId: bank, type: 'equity' }),
    ];
    const transfer = (key: string, description: string, token = staff) =>
      server.call(
        'POST',
        '/v1/cash/transactions',
        token,
        { sourceAccountId: from, targetAccountId: to, amount: EUR(1), description },
        key,
      );
    const descriptions = async (): Promise<string[]> => {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const query: string = cursor === null ? '' : `&cursor=${cursor}`;
        const page = await until(200, () =>
          server.call('GET', `/v1/cash/transactions?realAccountId=${bank}&limit=100${query}`, staff),
        );
        found.push(...(page.body['items'] as { description: string }[]).map((item) => item.description));
        cursor = page.body['nextCursor'] as string | null;
      } while (cursor !== null);
      return found.sort();
    };
    const healthy = async () => {
      const { code, stdout } = await server.command('integrity');
      expect(code, stdout).to.equal(0);
    };
    return { admin, staff, tokenOf, transfer, descriptions, healthy, to };
  }

  it('keeps sessions, sort order and books when its clock jumps back and forth by ten minutes', async () => {
    const server = new ServerUnderKill({ NODE_OPTIONS: `--import=${MOVABLE_CLOCK}` });
    const shiftFile = path.join(server.home, 'shift');
    (server.env as Record<string, string>)['CLOCK_SHIFT_FILE'] = shiftFile;
    try {
      const { staff, admin, tokenOf, transfer, descriptions, healthy } = await openBooks(server);
      const expected: string[] = [];
      let [last, key] = [undefined as Reply | undefined, ''];
      for (const minutes of [0, 10, -10, 10, 0]) {
        writeFileSync(shiftFile, String(minutes * MINUTE));
        await eventually('the clock has moved', async () => {
          const { body } = await server.call('GET', '/v1/cash/accounts?limit=1', staff);
          const stamp = await transfer(randomUUID(), `look ${expected.length}`);
          if (stamp.status !== 201) throw new Error(JSON.stringify([body, stamp.body]));
          expected.push(`look ${expected.length}`);
          const off = Date.parse(String(stamp.body['postedAt'])) - Date.now();
          return Math.abs(off - minutes * MINUTE) < MINUTE;
        });
        // The response that was stored before the clock changed is replayed.
        if (last !== undefined) {
          const again = await transfer(key, `at ${key}`);
          expect(again.replayed, `replayed at ${minutes}`).to.equal(true);
          expect(again.body).to.deep.equal(last.body);
        }
        key = randomUUID();
        last = await transfer(key, `at ${key}`);
        expect(last.status).to.equal(201);
        expected.push(`at ${key}`);
        // A session that has ended stays ended at every time.
        const brief = await tokenOf('member');
        expect((await server.call('GET', '/v1/me', brief)).status).to.equal(200);
        expect((await server.call('DELETE', '/v1/sessions/current', brief)).status).to.equal(204);
        expect((await server.call('GET', '/v1/me', brief)).status).to.equal(401);
        expect((await server.call('GET', '/v1/me', admin)).status).to.equal(200);
      }
      expect(await descriptions()).to.deep.equal(expected.sort());
      await healthy();
    } finally {
      await server.end();
    }
  });

  it('refuses writes on a full disk, keeps every acknowledged change, and recovers when space is free', async function () {
    const server = new ServerUnderKill();
    const data = path.join(server.home, 'var');
    mkdirSync(data);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m,mode=0711', 'tmpfs', data], { stdio: 'pipe' });
    } catch {
      await server.end();
      this.skip(); // only root may mount
    }
    const ballast = path.join(data, 'ballast');
    const fill = () => {
      try {
        execFileSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k'], { stdio: 'pipe' });
      } catch {
        // Writes until the disk is full.
      }
    };
    try {
      const { transfer, descriptions, healthy } = await openBooks(server);
      const acknowledged: string[] = [];
      const pending: { key: string; description: string }[] = [];
      const statuses = new Set<number>();
      const send = async (deed: { key: string; description: string }): Promise<boolean> => {
        const reply = await transfer(deed.key, deed.description).catch(() => undefined);
        statuses.add(reply?.status ?? 0);
        if (reply?.status !== 201) return false;
        acknowledged.push(deed.description);
        return true;
      };
      for (let n = 0; n < 20; n += 1)
        expect(await send({ key: randomUUID(), description: `before ${n}` })).to.equal(true);
      fill();
      // The database first fills the space that it has allocated.
      for (let n = 0; pending.length < 10 && n < 20_000; n += 1) {
        const deed = { key: randomUUID(), description: `during ${n} ${'x'.repeat(400)}` };
        if (!(await send(deed))) pending.push(deed);
        if (n % 200 === 0) fill();
      }
      expect(pending.length, 'refused for want of room').to.equal(10);
      expect(
        [...statuses].every((status) => [0, 201, 503].includes(status)),
        [...statuses].join(),
      ).to.equal(true);
      rmSync(ballast);
      for (const deed of pending)
        await eventually('there is room again', async () => (await send(deed)) || (await sleep(100), false));
      expect(await descriptions()).to.deep.equal(acknowledged.sort());
      await healthy();
    } finally {
      rmSync(ballast, { force: true });
      await server.kill('SIGTERM');
      await eventually('nobody uses it any more', () => {
        try {
          execFileSync('umount', [data], { stdio: 'pipe' });
          return true;
        } catch {
          return false;
        }
      });
      await server.end();
    }
  });
});
