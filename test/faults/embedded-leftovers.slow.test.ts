import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { described } from '../support/described.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { postmasterFile, readPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { isAlive, startOf } from '../../src/platform/embedded-postgres/processes.js';
import { takeStartLock } from '../../src/platform/embedded-postgres/start-lock.js';
import { execute } from '../support/postgres.js';
import { eventually } from '../support/processes.js';
import { query } from '../support/query.js';
import { rejection } from '../support/rejection.js';

const asRoot = process.getuid?.() === 0;
const dataOf = (home: string): string => path.join(home, 'postgres', 'data');

describe('files that an embedded PostgreSQL leaves behind', function () {
  this.timeout(300_000);
  let folder: string;
  const started: EmbeddedPostgres[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'praxis-leftovers-'));
    chmodSync(folder, 0o711);
  });
  afterEach(async () => {
    for (const server of started.splice(0).reverse()) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(
    name: string,
    options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {},
  ): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({
      home: path.join(folder, name),
      durable: false,
      ...options,
    });
    started.push(server);
    return server;
  }
  async function stop(server: EmbeddedPostgres): Promise<void> {
    started.splice(started.indexOf(server), 1);
    await server.stop();
  }
  const writeAsServer = (data: string, file: string, text: string): void => {
    writeFileSync(file, text, { mode: 0o600 });
    const { uid, gid } = statSync(data);
    if (asRoot) chownSync(file, uid, gid);
  };
  const rows = async (server: EmbeddedPostgres): Promise<unknown[]> =>
    (await query(server.ownerUrl, 'SELECT name FROM things ORDER BY name')).rows;
  const add = (server: EmbeddedPostgres, name: string): Promise<void> =>
    execute(server.ownerUrl, `INSERT INTO things VALUES ('${name}')`);

  it('do not prevent a start when their process id belongs to a server of another folder', async () => {
    const other = await start('other');
    const otherPid = readPostmaster(dataOf(path.join(folder, 'other')))!.pid;
    await stop(await start('home'));
    const data = dataOf(path.join(folder, 'home'));
    const entry = readFileSync(postmasterFile(dataOf(path.join(folder, 'other'))), 'utf8');
    for (const text of [entry, entry.replace(/^.*other.*$/m, data)]) {
      writeAsServer(data, postmasterFile(data), text);
      const again = await start('home');
      expect(again.attached).to.equal(false);
      await stop(again);
    }
    expect(isAlive(otherPid)).to.equal(true);
    expect((await query(other.ownerUrl, 'SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });

  it('do not prevent a start when a power failure emptied postmaster.pid', async () => {
    await stop(await start('home'));
    const data = dataOf(path.join(folder, 'home'));
    for (const text of ['', '\0'.repeat(64)]) {
      writeAsServer(data, postmasterFile(data), text);
      const again = await start('home');
      expect(again.attached).to.equal(false);
      await stop(again);
    }
  });

  it('are kept while a server uses the folder, even if postmaster.pid is empty', async () => {
    await start('home');
    const data = dataOf(path.join(folder, 'home'));
    const text = readFileSync(postmasterFile(data), 'utf8');
    const { pid } = readPostmaster(data)!;
    writeAsServer(data, postmasterFile(data), '');
    const second = start('home');
    writeAsServer(data, postmasterFile(data), text);
    expect((await second).attached).to.equal(true);
    expect(readPostmaster(data)!.pid).to.equal(pid);
  });

  it('do not block a start by a lock whose process id belongs to another process', () => {
    const file = path.join(folder, 'postgres.lock');
    const own = takeStartLock(file)!;
    expect(takeStartLock(file), 'a lock whose holder lives').to.equal(null);
    own();
    if (startOf(process.pid) === null) return; // this system does not show when a process started
    writeFileSync(file, `${process.pid} another-boot/1`);
    const taken = takeStartLock(file);
    expect(taken).to.be.a('function');
    taken?.();
    expect(existsSync(file)).to.equal(false);
  });

  for (const socket of [true, false])
    it(`do not connect a copied folder to the original server (${socket ? 'socket' : 'TCP'})`, async () => {
      const original = await start('original', { socket });
      await execute(original.ownerUrl, 'CREATE TABLE things (name text)');
      await add(original, 'before');
      await execute(original.superuserUrl, 'CHECKPOINT');
      execFileSync('cp', ['-a', path.join(folder, 'original'), path.join(folder, 'copy')]);

      const copy = await start('copy', { socket });
      expect(copy.attached).to.equal(false);
      expect(copy.endpoint).not.to.deep.equal(original.endpoint);
      await add(copy, 'in the copy');
      await add(original, 'in the original');
      expect(await rows(copy)).to.deep.equal([{ name: 'before' }, { name: 'in the copy' }]);
      expect(await rows(original)).to.deep.equal([{ name: 'before' }, { name: 'in the original' }]);

      // While the original is stopped, the copy must not use its address either.
      await stop(copy);
      const { endpoint } = original;
      await stop(original);
      const again = await start('copy', { socket });
      expect(again.endpoint).not.to.deep.equal(endpoint);
      expect(await rows(again)).to.deep.equal([{ name: 'before' }, { name: 'in the copy' }]);
      expect(await rows(await start('original', { socket }))).to.deep.equal([
        { name: 'before' },
        { name: 'in the original' },
      ]);
    });

  it('work in a home that was moved while the server was stopped', async () => {
    const first = await start('here');
    await execute(first.ownerUrl, 'CREATE TABLE things (name text)');
    await add(first, 'before');
    await stop(first);
    mkdirSync(path.join(folder, 'there'), { mode: 0o711 });
    renameSync(path.join(folder, 'here'), path.join(folder, 'there', 'home'));
    const moved = await start('there/home');
    expect(moved.endpoint.socketFolder).to.equal(path.join(folder, 'there', 'home', 'postgres', 'socket'));
    expect(await rows(moved)).to.deep.equal([{ name: 'before' }]);
  });

  it('use a TCP port when the path of a socket would be too long', async () => {
    const server = await start('a'.repeat(60) + '/' + 'b'.repeat(60));
    expect(server.endpoint.socketFolder).to.equal(null);
    expect((await query(server.applicationUrl, 'SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });

  it('are in a folder where only the server’s user may create a socket', async function () {
    const server = await start('home');
    const socketFolder = server.endpoint.socketFolder!;
    expect(statSync(socketFolder).mode & 0o777).to.equal(0o700);
    expect(statSync(socketFolder).uid).to.equal(statSync(dataOf(path.join(folder, 'home'))).uid);
    if (!asRoot) this.skip(); // only root can act as somebody else
    const script = `require('net').createServer().on('error', (e) => { console.log(e.code); process.exit(); })
      .listen(process.argv[1], () => { console.log('listening'); process.exit(); })`;
    const { stdout } = spawnSync(process.execPath, ['-e', script, `${socketFolder}/.s.PGSQL.5433`], {
      uid: 65_533,
      gid: 65_533,
      cwd: '/',
      encoding: 'utf8',
    });
    expect(stdout.trim()).to.equal('EACCES');
  });

  describe('a failed start', () => {
    it('reports unrecoverable data as a configuration error', async () => {
      await stop(await start('home'));
      const log = path.join(dataOf(path.join(folder, 'home')), 'pg_wal');
      for (const name of readdirSync(log).filter((each) => /^[0-9A-F]{24}$/.test(each)))
        rmSync(path.join(log, name));
      const { lines, exitCode } = described(await rejection(start('home')));
      expect(exitCode).to.equal(78);
      expect(lines.join())
        .to.contain('PRAXIS_HOME holds a database')
        .and.to.contain('cannot recover')
        .and.to.contain('no backup');
    });

    it('reports unreadable data as a configuration error', async function () {
      if (!asRoot) this.skip(); // only root can give files to somebody else
      await stop(await start('home'));
      chownSync(dataOf(path.join(folder, 'home')), 65_533, 65_533);
      const { lines, exitCode } = described(await rejection(start('home')));
      expect(exitCode).to.equal(78);
      expect(lines.join()).to.match(/PRAXIS_HOME cannot be used: .*(Permission denied|ownership)/);
    });

    for (const [what, size] of [
      ['has no room for a new database', '8m'],
      ['is full when it starts again', '56m'],
    ] as const)
      it(`reports a disk that ${what} as a temporary failure`, async function () {
        const disk = path.join(folder, 'disk');
        mkdirSync(disk, { mode: 0o711 });
        const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=711`, 'none', disk]);
        if (mounted.status !== 0) this.skip(); // only root can make a small disk
        try {
          const attempt = async (): Promise<void> => {
            await stop(
              await start('disk/home', { settings: { max_wal_size: '32MB', min_wal_size: '32MB' } }),
            );
            const filler = path.join(disk, 'filler');
            spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
            await stop(await start('disk/home'));
          };
          const { lines, exitCode } = described(await rejection(attempt()));
          expect(lines.join()).to.contain('no space left in').and.to.contain('PRAXIS_HOME');
          expect(exitCode).to.equal(69);
        } finally {
          await eventually('the disk is let go', () => spawnSync('umount', [disk]).status === 0);
        }
      });
  });
});
