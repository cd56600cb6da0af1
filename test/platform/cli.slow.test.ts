import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { eventually, REPOSITORY, run, type Outcome } from '../support/processes.js';

const CLI = ['--import', import.meta.resolve('tsx'), join(REPOSITORY, 'src/cli.ts')];
const SECRET = 'a secret for tests, longer than 32 bytes';
const NOWHERE = 'postgres://praxis@127.0.0.1:1/praxis';

describe('the praxis command', function () {
  this.timeout(300_000);
  let folder: string;
  let database: TestDatabase;
  before(async () => {
    // A folder without a .env of the developer.
    folder = mkdtempSync(join(tmpdir(), 'praxis-cli-'));
    database = await createTestDatabase({ empty: true });
  });
  after(async () => {
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  const start = (
    args: readonly string[],
    env: Record<string, string> = {},
    stdin: 'ignore' | 'pipe' = 'ignore',
  ) =>
    run(process.execPath, [...CLI, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: database.url,
        DATABASE_MIGRATION_URL: database.ownerUrl,
        AUTH_SECRET: SECRET,
        PRAXIS_HOME: join(folder, 'var'),
        PORT: '0',
        ...env,
      },
      stdio: [stdin, 'pipe', 'pipe'],
    });
  const praxis = (args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> =>
    start(args, env).outcome;

  /** One line, as for every error except those of the configuration. */
  const expectFailure = ({ code, stderr, stdout }: Outcome, exitCode: number, message: RegExp): void => {
    expect(stderr)
      .to.match(/^praxis: [^\n]+\n$/)
      .and.to.match(message);
    expect(code).to.equal(exitCode);
    expect(stdout).to.equal('');
  };

  it('prints its help', async () => {
    const { code, stdout, stderr } = await praxis(['--help'], { DATABASE_URL: 'nonsense' });
    expect([code, stderr]).to.deep.equal([0, '']);
    for (const command of [
      'serve',
      'migrate',
      'seed',
      'admin create',
      'export --member',
      'doctor',
      'integrity',
      'openapi',
    ])
      expect(stdout).to.contain(`  ${command}`);
    expect((await praxis(['--version'])).stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('reports usage errors', async () => {
    for (const [args, message] of [
      [[], /a command is missing/],
      [['fly'], /no command fly/],
      [['migrate', 'sideways'], /up, undo, status, not sideways; see praxis migrate --help/],
      [['migrate', 'up', 'up'], /nothing may follow up/],
      [['migrate', 'status', '--to', 'all'], /--to belongs to migrate undo/],
      [['serve', '--port', '1'], /Unknown option '--port'/],
      [['admin', 'create', '--email', 'a@b.example'], /--full-name is missing/],
      [['openapi', '--out'], /--out/],
    ] as const)
      expectFailure(await praxis(args), 64, message);
  });

  it('reports all faults of the configuration', async () => {
    const { code, stderr } = await praxis(['serve'], {
      PORT: 'x',
      RATE_LIMIT: 'maybe',
      AUTH_SECRET: 'short',
    });
    expect(code).to.equal(78);
    expect(stderr.trimEnd().split('\n')).to.have.length(3);
    expect(stderr).to.match(/^(praxis: [A-Z_]+ .+; set .+\n){3}$/);
  });

  it('reports an unreachable database', async () => {
    const away = { DATABASE_URL: NOWHERE, DATABASE_MIGRATION_URL: NOWHERE };
    const outcomes = await Promise.all(
      [['serve'], ['migrate'], ['seed', 'undo'], ['migrate', 'status']].map((args) => praxis(args, away)),
    );
    for (const outcome of outcomes) {
      expectFailure({ ...outcome, stdout: '' }, 69, /database is away: .*ECONNREFUSED/);
      expect(outcome.stdout + outcome.stderr).not.to.match(/^\s+at /m);
    }
  });

  describe('from an empty database on', () => {
    const status = async (): Promise<string[]> =>
      (await praxis(['migrate', 'status'])).stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/\s+/)[0]!);

    it('migrates, reverts a step and prints the status', async () => {
      expect(new Set(await status())).to.deep.equal(new Set(['pending']));
      expectFailure(await praxis(['seed']), 1, /run npx praxis migrate first/);
      const doctor = await praxis(['doctor']);
      expect(doctor.code).to.equal(1);
      expect(doctor.stdout).to.match(/^fault {2}schema .*praxis migrate$/m);

      expect((await praxis(['migrate'])).stdout).to.match(/^(applied \S+\n)+$/);
      expect((await praxis(['migrate'])).stdout).to.equal('nothing applied\n');
      expect(new Set(await status())).to.deep.equal(new Set(['applied']));
      expect((await praxis(['migrate', 'undo', '--yes'])).stdout).to.match(/^undone \S+\n$/);
      expect((await status()).at(-1)).to.equal('pending');
      expect((await praxis(['migrate', 'up'])).code).to.equal(0);
    });

    it('creates an admin from standard input, and refuses a second one with the same address', async () => {
      const create = async (password: string): Promise<Outcome> => {
        const { child, outcome } = start(
          ['admin', 'create', '--email', 'Boss@Praxis.Test', '--full-name', 'The Boss'],
          {},
          'pipe',
        );
        child.stdin!.end(password);
        return outcome;
      };
      expectFailure(await create('\n'), 64, /no password on standard input/);
      expectFailure(await create('short\n'), 1, /password/);
      expect(await create('a decent passphrase\n')).to.deep.include({
        code: 0,
        stdout: 'boss@praxis.test is an admin\n',
        stderr: '',
      });
      expectFailure(await create('another passphrase\n'), 1, /./);
      const client = new pg.Client({ connectionString: database.ownerUrl });
      await client.connect();
      const { rows } = await client.query('SELECT email, role FROM users');
      await client.end();
      expect(rows).to.deep.equal([{ email: 'boss@praxis.test', role: 'admin' }]);
    });

    it('exports the data of a person without secrets, and nothing for an unknown address', async () => {
      const { code, stdout } = await praxis(['export', '--member', ' BOSS@praxis.test ']);
      expect(code).to.equal(0);
      const { userId, identity, exportedAt } = JSON.parse(stdout);
      expect(new Date(exportedAt).getTime()).to.be.closeTo(Date.now(), 60_000);
      expect(identity.user).to.include({ id: userId, email: 'boss@praxis.test', role: 'admin' });
      expect(identity.user.createdAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Object.keys(identity)).to.include.members(['cards', 'sessions', 'securityEvents']);
      expect(stdout).not.to.match(/argon2|hash|token|fingerprint/i);
      expectFailure(
        await praxis(['export', '--member', 'nobody@praxis.test']),
        1,
        /no user with this address/,
      );
      expectFailure(await praxis(['export']), 64, /--member is missing/);
    });

    it('passes a healthy installation, and names faults', async () => {
      const healthy = await praxis(['doctor']);
      expect(healthy.stdout).to.match(/^(ok {5}.+\n)+$/);
      expect(healthy.code).to.equal(0);
      const ill = await praxis(['doctor'], { MAIL_URL: 'smtp://127.0.0.1:1' });
      expect(ill.stdout).to.match(/^fault {2}mail [^;]*ECONNREFUSED[^;]*; correct MAIL_URL$/m);
      expect(ill.code).to.equal(1);
      const away = await praxis(['doctor'], { DATABASE_URL: NOWHERE, DATABASE_MIGRATION_URL: NOWHERE });
      expect(away.stdout)
        .to.match(/^fault {2}database [^;]*ECONNREFUSED[^;]*; start it or correct DATABASE_URL$/m)
        .and.to.match(/^ok {5}mail/m);
      expect(away.code).to.equal(1);
      const confused = await praxis(['doctor'], { PORT: 'x', CURRENCY: 'x' });
      expect(confused.stdout).to.match(/^(fault {2}configuration .+\n){2}$/);
      expect(confused.code).to.equal(1);
    });

    it('reports that the stored data is consistent, and names rows that are not', async () => {
      const sound = await praxis(['integrity']);
      expect(sound.stdout).to.match(/^(ok {6}[a-z-]+\n)+$/);
      expect([sound.code, sound.stderr]).to.deep.equal([0, '']);
      const client = new pg.Client({ connectionString: database.ownerUrl });
      await client.connect();
      await client.query('ALTER TABLE cash_postings DISABLE TRIGGER append_only');
      const broken = await praxis(['integrity']);
      await client.query('ALTER TABLE cash_postings ENABLE TRIGGER append_only');
      await client.end();
      expect(broken.stdout).to.match(/^broken {2}posted-rows-refuse-change: cash_postings$/m);
      expect(broken.code).to.equal(1);
    });

    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      it(`serves until ${signal}`, async () => {
        const server = start(['serve']);
        let printed = '';
        server.child.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
        const address = (): string | undefined => /ready on (http:\/\/[\d.:]+)/.exec(printed)?.[1];
        await eventually('an address', () => address() !== undefined);
        expect((await fetch(`${address()!}/readyz`)).status).to.equal(200);
        server.child.kill(signal);
        const { code, stderr } = await server.outcome;
        expect([code, stderr]).to.deep.equal([0, '']);
      });
    }

    it('reports a port in use in one line', async () => {
      const { createServer } = await import('node:net');
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
      const { port } = other.address() as { port: number };
      const { code, stderr } = await praxis(['serve'], { PORT: String(port) });
      other.close();
      expect(stderr).to.equal(
        `praxis: PORT ${port} is taken: another program, or another Praxis, listens on it at 127.0.0.1; ` +
          'stop that one, or set PORT to another port\n',
      );
      expect(code).to.equal(78);
    });
  });

  it('refuses the demo practice in production', async () => {
    const outcome = await praxis(['seed'], {
      NODE_ENV: 'production',
      PAYMENT_GATEWAY: 'desk',
      PUBLIC_URL: 'https://praxis.example',
    });
    expectFailure(outcome, 1, /not in production/);
  });

  it('writes the OpenAPI document and detects an outdated one', async () => {
    const file = join(folder, 'praxis.json');
    expect((await praxis(['openapi', '--out', file])).code).to.equal(0);
    expect((await praxis(['openapi'])).stdout).to.equal(readFileSync(file, 'utf8'));
    expect((await praxis(['openapi', '--check', file])).code).to.equal(0);
    writeFileSync(file, '{}');
    expectFailure(await praxis(['openapi', '--check', file]), 1, /npm run openapi/);
  });
});
