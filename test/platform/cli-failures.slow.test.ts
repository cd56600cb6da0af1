import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { described } from '../support/described.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { REPOSITORY, run, type Outcome } from '../support/processes.js';
import { rejection } from '../support/rejection.js';

const CLI = join(REPOSITORY, 'dist/cli.js');
const SECRET = 'a secret for tests, longer than 32 bytes';
const PASSWORD = 'hunter2hunter2';

/** Every command with the arguments it needs. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  serve: ['serve'],
  migrate: ['migrate'],
  'migrate status': ['migrate', 'status'],
  seed: ['seed'],
  'seed undo': ['seed', 'undo'],
  'admin create': ['admin', 'create', '--email', 'boss@praxis.test', '--full-name', 'The Boss'],
  export: ['export', '--member', 'boss@praxis.test'],
  integrity: ['integrity'],
};

const DOCTOR = ['doctor'];
const OPENAPI = ['openapi'];
const EVERY_COMMAND = [...Object.values(COMMANDS), DOCTOR, OPENAPI];

describe('the failures of the praxis command', function () {
  this.timeout(300_000);
  let folder: string;
  let database: TestDatabase;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'praxis-cli-failures-'));
    database = await createTestDatabase({ empty: true });
  });
  after(async () => {
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  function praxis(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const { child, outcome } = run(process.execPath, [CLI, ...args], {
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
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end('a decent passphrase\n');
    return outcome;
  }

  /** Exactly one line on standard error, without a stack or a secret. */
  function expectOneLine(
    { code, stdout, stderr }: Outcome,
    exitCode: number,
    message: RegExp,
    what: string,
  ): void {
    expect(stderr, what)
      .to.match(/^praxis: [^\n]+\n$/)
      .and.to.match(message);
    expect(stdout, what).to.equal('');
    expect(code, what).to.equal(exitCode);
    expect(stderr, what).not.to.contain(PASSWORD).and.not.to.contain(SECRET);
  }

  const bothUrls = (change: (url: URL) => void): Record<string, string> => {
    const changed = (text: string): string => {
      const url = new URL(text);
      change(url);
      return url.href;
    };
    return { DATABASE_URL: changed(database.url), DATABASE_MIGRATION_URL: changed(database.ownerUrl) };
  };

  async function expectOfEvery(
    env: Readonly<Record<string, string>>,
    exitCode: number,
    message: RegExp,
    ofDoctor: RegExp,
  ): Promise<void> {
    for (const [name, args] of Object.entries(COMMANDS))
      expectOneLine(await praxis(args, env), exitCode, message, name);
    const doctor = await praxis(DOCTOR, env);
    expect(doctor.stdout).to.match(ofDoctor).and.not.to.contain(PASSWORD);
    expect([doctor.code, doctor.stderr]).to.deep.equal([1, '']);
    expect((await praxis(OPENAPI, env)).code).to.equal(0);
  }

  it('every command explains itself for --help, whatever the configuration is', async () => {
    for (const args of EVERY_COMMAND)
      for (const call of [
        [...args, '--help'],
        [...args, '-h'],
        ['help', args[0]!],
      ]) {
        const { code, stdout, stderr } = await praxis(call, { DATABASE_URL: '' });
        expect([code, stderr], call.join(' ')).to.deep.equal([0, '']);
        expect(stdout, call.join(' ')).to.match(new RegExp(`^Usage: praxis ${args[0]}\\b`));
      }
    expectOneLine(
      await praxis(['help', 'fly']),
      64,
      /there is no command fly; see praxis --help$/m,
      'help fly',
    );
  });

  it('a PRAXIS_HOME that cannot be written is a fault of the configuration', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await praxis(['serve'], { PRAXIS_HOME: join(file, 'var') });
    expect(stderr).to.match(
      /^praxis: PRAXIS_HOME cannot be written to: \S+ \(ENOTDIR[^\n]+\); make it a folder that this user may write\n$/,
    );
    expect(code).to.equal(78);
    const { lines, exitCode } = described(
      await rejection(startEmbeddedPostgres({ home: join(file, 'var') })),
    );
    expect(lines.join()).to.match(/^PRAXIS_HOME cannot be used: /);
    expect(exitCode).to.equal(78);
  });

  it('an unknown option is wrong usage', async () => {
    for (const args of EVERY_COMMAND)
      expectOneLine(
        await praxis([...args, '--fast'], { DATABASE_URL: '' }),
        64,
        new RegExp(`Unknown option '--fast'; see praxis ${args[0]} --help$`, 'm'),
        args.join(' '),
      );
  });

  it('a missing or surplus argument is wrong usage', async () => {
    for (const [args, message] of [
      [['admin'], /expected create; see praxis admin --help/],
      [['admin', 'create', '--full-name', 'X'], /--email is missing/],
      [['admin', 'create', '--email', 'a@b.example', '--full-name'], /--full-name/],
      [['export'], /--member is missing/],
      [['migrate', 'undo', '--to'], /--to/],
      [['openapi', '--check'], /--check/],
      [['serve', 'now'], /unexpected now/],
      [['doctor', 'now'], /unexpected now/],
      [['integrity', 'now'], /unexpected now/],
      [['seed', 'sideways'], /expected up, undo, not sideways/],
      [['export', '--member', 'a@b.example', 'now'], /unexpected now/],
    ] as const)
      expectOneLine(await praxis(args, { DATABASE_URL: '' }), 64, message, args.join(' '));
  });

  it('a fault of the configuration ends with 78', async () => {
    await expectOfEvery(
      { DATABASE_URL: `mysql://root:${PASSWORD}@db/x` },
      78,
      /: DATABASE_URL is not a PostgreSQL address; set postgres:\/\/USER:PASSWORD@HOST:PORT\/DATABASE$/m,
      /^fault {2}configuration +DATABASE_URL is not a PostgreSQL address; set postgres:\/\/USER:PASSWORD@/,
    );
  });

  it('a wrong password or user ends with 78', async () => {
    await expectOfEvery(
      bothUrls((url) => {
        url.username = 'praxis_nobody';
        url.password = PASSWORD;
      }),
      78,
      /: the database refuses the (password|connection): [^;]*praxis_nobody[^;]*; correct the user [^;]*$/m,
      /^fault {2}database +the database refuses the (password|connection): [^;]*; correct the user [^;]*$/m,
    );
  });

  it('a database that does not exist ends with 78', async () => {
    await expectOfEvery(
      bothUrls((url) => {
        url.pathname = '/praxis_nowhere';
      }),
      78,
      /: the server does not have this database: [^;]*praxis_nowhere[^;]*; create it, [^;]*$/m,
      /^fault {2}database +the server does not have this database: [^;]*; create it, [^;]*$/m,
    );
  });

  it('a host that does not exist ends with 78', async () => {
    const env = {
      DATABASE_URL: `postgres://praxis:${PASSWORD}@praxis.invalid/praxis`,
      DATABASE_MIGRATION_URL: '',
    };
    const { DATABASE_URL } = env;
    expectOneLine(
      await praxis(['migrate'], { DATABASE_URL, DATABASE_MIGRATION_URL: DATABASE_URL }),
      78,
      /: the database’s host is unknown: getaddrinfo ENOTFOUND praxis\.invalid; correct the host/,
      'migrate',
    );
  });

  it('a server without TLS ends with 78 where TLS is asked for', async () => {
    const plain = createServer((socket) => {
      socket.on('error', () => undefined);
      // PostgreSQL's answer to SSLRequest: no.
      socket.once('data', () => socket.end('N'));
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', () => resolve()));
    const { port } = plain.address() as AddressInfo;
    const url = `postgres://praxis:${PASSWORD}@127.0.0.1:${port}/praxis?sslmode=verify-full`;
    try {
      expectOneLine(
        await praxis(['migrate'], { DATABASE_URL: url, DATABASE_MIGRATION_URL: url }),
        78,
        /: no encrypted connection to the database: The server does not support SSL connections; correct sslmode/,
        'migrate',
      );
    } finally {
      plain.close();
    }
  });

  it('an unavailable database ends with 69', async () => {
    const url = `postgres://praxis:${PASSWORD}@127.0.0.1:1/praxis`;
    const env = { DATABASE_URL: url, DATABASE_MIGRATION_URL: url };
    const message = /: the database is away: [^;]*ECONNREFUSED[^;]*; start it or correct DATABASE_URL$/m;
    const outcomes = await Promise.all(
      Object.entries(COMMANDS).map(async ([name, args]) => [name, await praxis(args, env)] as const),
    );
    for (const [name, outcome] of outcomes) expectOneLine(outcome, 69, message, name);
  });

  it('a port that cannot be listened on ends with 78', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const port = String((other.address() as AddressInfo).port);
    try {
      expectOneLine(
        await praxis(['serve'], { METRICS_PORT: port }),
        78,
        new RegExp(
          `: METRICS_PORT ${port} is taken: [^;]*; stop that one, or set METRICS_PORT to another port$`,
          'm',
        ),
        'METRICS_PORT',
      );
      const { code, stdout } = await praxis(DOCTOR, { PORT: port });
      expect(stdout).to.match(
        new RegExp(`^fault {2}port +PORT ${port} is taken: [^;]*; stop that one, or set PORT`, 'm'),
      );
      expect(code).to.equal(1);
    } finally {
      other.close();
    }
    expectOneLine(
      await praxis(['serve'], { HOST: '203.0.113.1' }),
      78,
      /: HOST 203\.0\.113\.1 is no address of this machine; set /,
      'HOST',
    );
  });
});
