import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runDoctor } from '../../src/platform/cli/doctor.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { writeProxyMarker } from '../../src/platform/config/proxy-marker.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { createTestDatabase, execute, type TestDatabase } from '../support/postgres.js';
import { query } from '../support/query.js';

describe('praxis doctor', function () {
  this.timeout(300_000);
  let database: TestDatabase;
  let folder: string;
  let home: string;
  before(async () => {
    database = await createTestDatabase();
    await migrate({ url: database.ownerUrl, applicationRole: new URL(database.url).username });
  });
  after(() => database.drop());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'praxis-doctor-'));
    home = path.join(folder, 'var');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function faults(env: Readonly<Record<string, string>> = {}): Promise<string[]> {
    const lines: string[] = [];
    const settings = {
      PORT: '0',
      DATABASE_URL: database.url,
      DATABASE_MIGRATION_URL: database.ownerUrl,
      AUTH_SECRET: 'a secret for tests, longer than 32 bytes',
      PRAXIS_HOME: home,
      ...env,
    };
    const healthy = await runDoctor(
      () => loadConfig(settings, { cwd: folder }),
      (line) => lines.push(line),
    );
    const found = lines.filter((line) => !line.startsWith('ok '));
    expect(healthy).to.equal(found.length === 0);
    return found;
  }

  it('passes without faults', async () => {
    expect(await faults()).to.deep.equal([]);
  });

  it('reports a mail folder in the home that other users can enter, once', async () => {
    const mail = path.join(home, 'mail');
    mkdirSync(mail, { recursive: true });
    chmodSync(home, 0o711);
    chmodSync(mail, 0o755);
    expect(await faults()).to.deep.equal([
      `fault  home           ${mail} may be used by others (mode 755); chmod 700 ${mail}`,
    ]);
  });

  it('reports a mail folder elsewhere that other users can enter', async () => {
    const mail = path.join(folder, 'letters');
    mkdirSync(mail);
    chmodSync(mail, 0o750);
    expect(await faults({ MAIL_URL: `file:${mail}` })).to.deep.equal([
      `fault  mail           others may enter ${mail}, where links to sign in lie; chmod 700 ${mail}`,
    ]);
  });

  it('reports a disk with little free space', async function () {
    mkdirSync(home);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=711', 'none', home]);
    if (mounted.status !== 0) this.skip(); // only root can make a small disk
    try {
      expect(await faults()).to.deep.equal([
        `fault  home           20 MB are free at ${home}; free some space`,
      ]);
    } finally {
      spawnSync('umount', [home]);
    }
  });

  it('reports a home that cannot be created', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    const [first] = await faults({ PRAXIS_HOME: path.join(folder, 'file', 'var') });
    expect(first).to.match(/^fault {2}home .*ENOTDIR.*; make PRAXIS_HOME a folder that this user may write$/);
  });

  it('reports a clock behind the newest job', async () => {
    await execute(
      database.ownerUrl,
      `INSERT INTO jobs (id, kind, payload, run_at, created_at)
       VALUES (gen_random_uuid(), 'test', '{}', now(), now() + interval '1 hour')`,
    );
    try {
      const [fault, ...others] = await faults();
      expect(fault).to.match(
        /^fault {2}clock +shows a time before that of the newest job, \S+; set it by NTP$/,
      );
      expect(others).to.deep.equal([]);
    } finally {
      await execute(database.ownerUrl, "DELETE FROM jobs WHERE kind = 'test'");
    }
  });

  it('reports missing rights of the application’s role', async () => {
    const role = new URL(database.url).username;
    await execute(database.ownerUrl, `REVOKE SELECT ON products FROM ${role}`);
    try {
      expect(await faults()).to.deep.equal([
        `fault  schema         the role ${role} lacks rights, or has too many; run npx praxis migrate`,
      ]);
    } finally {
      await execute(database.ownerUrl, `GRANT SELECT ON products TO ${role}`);
    }
    expect((await query(database.url, 'SELECT count(*)::int AS n FROM products')).rows).to.have.length(1);
  });

  it('reports a proxy whose clients share one rate limit, until it is trusted', async () => {
    mkdirSync(home, { mode: 0o711 });
    await writeProxyMarker(home);
    const [fault, ...others] = await faults();
    expect(fault).to.match(
      /^fault {2}proxy +requests came through one while TRUST_PROXY was off \(\S+\), so all its clients count as one; set TRUST_PROXY=on if it is yours, else remove \S+\/proxy-without-trust$/,
    );
    expect(others).to.deep.equal([]);
    expect(await faults({ TRUST_PROXY: 'on' })).to.deep.equal([]);
  });
});
