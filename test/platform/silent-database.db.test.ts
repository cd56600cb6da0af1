import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import { makeDatabase } from '../../src/platform/database/database.js';
import { isUnavailable } from '../../src/platform/database/errors.js';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { rejection } from '../support/rejection.js';

const SILENCE_MS = 1_500;

describe('a database that stops answering', () => {
  let database: TestDatabase;
  let proxy: Server;
  let url: string;
  let sequelize: Sequelize;
  const sockets = new Set<Socket>();
  let mute = false;

  /** A proxy to the database, which forwards nothing once it is muted. */
  before(async () => {
    database = await createTestDatabase();
    const { hostname, port, searchParams } = new URL(database.url);
    const folder = searchParams.get('host');
    const target =
      folder === null ? { host: hostname, port: Number(port) } : { path: `${folder}/.s.PGSQL.${port}` };
    proxy = createServer((client) => {
      const server = connect(target);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        sockets.add(from);
        from.on('data', (chunk: Buffer) => mute || to.write(chunk));
        from.on('close', () => to.destroy());
        from.on('error', () => undefined);
      }
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const through = new URL(database.url);
    through.searchParams.delete('host');
    through.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    url = through.href;
  });
  beforeEach(() => {
    mute = false;
    sequelize = openSequelize({ url, poolMax: 1, silenceMs: SILENCE_MS });
  });
  afterEach(async () => {
    await sequelize.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  });
  after(async () => {
    proxy.close();
    await database.drop();
  });

  const read = () =>
    makeDatabase({ sequelize }).rows<{ one: number }>({ name: 'one', text: 'SELECT 1 AS one' }, []);
  const timed = async (work: Promise<unknown>): Promise<{ error: unknown; ms: number }> => {
    const begun = performance.now();
    return { error: await rejection(work), ms: performance.now() - begun };
  };

  for (const [what, query] of [
    ['Sequelize', () => sequelize.query('SELECT 1')],
    ['a query port', read],
  ] as const)
    it(`answers ${what} with unavailable, and the pool recovers`, async () => {
      await read();
      mute = true;
      const { error, ms } = await timed(query());
      expect(isUnavailable(error), String(error)).to.equal(true);
      expect(ms).to.be.within(SILENCE_MS - 50, SILENCE_MS * 2);
      mute = false;
      expect(await read()).to.deep.equal([{ one: 1 }]);
    });

  it('ends a transaction after the timeout of a query', async () => {
    const { error, ms } = await timed(
      sequelize.transaction(async (transaction) => {
        mute = true;
        await sequelize.query('SELECT 1', { transaction });
      }),
    );
    expect(isUnavailable(error), String(error)).to.equal(true);
    expect(ms).to.be.below(SILENCE_MS * 2);
  });

  it('is not confused with an idle connection', async () => {
    const pid = () => sequelize.query('SELECT pg_backend_pid() AS pid');
    const [before] = await pid();
    await sleep(SILENCE_MS * 2);
    const [after] = await pid();
    expect(after).to.deep.equal(before);
  });
});
