import { mkdtempSync, rmSync, statSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadConfig } from '../../src/platform/config/config.js';
import { ConfigurationError } from '../../src/platform/config/configuration-error.js';
import { authSecretFile, makeSecrets, readOrCreateAuthSecret } from '../../src/platform/config/secrets.js';
import { VARIABLE_NAMES } from '../../src/platform/config/variables.js';

const SECRET = 'x'.repeat(32);

describe('the configuration', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'praxis-config-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  const faultsOf = (env: Record<string, string>): string[] => {
    try {
      loadConfig(env, { cwd });
    } catch (error) {
      if (error instanceof ConfigurationError) return error.message.split('\n');
      throw error;
    }
    return [];
  };

  it('needs nothing', () => {
    expect(loadConfig({}, { cwd })).to.deep.equal({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      metricsPort: null,
      publicUrl: null,
      home: join(cwd, 'var'),
      database: { url: null, migrationUrl: null, replicaUrls: [], poolMax: 10 },
      demo: true,
      authSecret: null,
      mail: {
        url: `file:${join(cwd, 'var/mail')}`,
        from: 'Praxis <praxis@localhost>',
        spreadSeconds: 5,
        requireTls: true,
      },
      currency: 'EUR',
      timeZone: 'UTC',
      paymentGateway: 'sandbox',
      stripe: null,
      rateLimit: true,
      limits: { openAppointments: 10, bookingsPerHour: 20, unpaidOrders: 5, unpaidPieces: 100 },
      workers: 1,
      jobs: true,
      logLevel: 'info',
      shutdownGraceSeconds: 10,
      corsOrigins: [],
      trustProxy: false,
    });
  });

  it('reads every variable', () => {
    const config = loadConfig(
      {
        NODE_ENV: 'production',
        HOST: '0.0.0.0',
        PORT: '0',
        METRICS_PORT: '9100',
        DATABASE_URL: 'postgres://praxis@db/praxis',
        DATABASE_MIGRATION_URL: 'postgresql://owner@db/praxis',
        DATABASE_REPLICA_URLS: 'postgres://praxis@one/praxis, postgres://praxis@two/praxis',
        DATABASE_POOL_MAX: '5',
        PRAXIS_HOME: 'state',
        PRAXIS_DEMO: 'off',
        AUTH_SECRET: SECRET,
        PUBLIC_URL: 'https://praxis.example/',
        MAIL_URL: 'smtps://user:p%40ss@mail.example:465',
        MAIL_FROM: 'The practice <desk@praxis.example>',
        CURRENCY: 'KWD',
        TIME_ZONE: 'Asia/Kathmandu',
        PAYMENT_GATEWAY: 'desk',
        RATE_LIMIT: 'off',
        LOG_LEVEL: 'warn',
        SHUTDOWN_GRACE_SECONDS: '30',
        CORS_ORIGINS: 'https://a.example, https://b.example:8443',
        TRUST_PROXY: 'on',
      },
      { cwd },
    );
    expect(config).to.deep.include({
      production: true,
      port: 0,
      metricsPort: 9100,
      publicUrl: 'https://praxis.example',
      home: join(cwd, 'state'),
      corsOrigins: ['https://a.example', 'https://b.example:8443'],
      trustProxy: true,
      rateLimit: false,
    });
    expect(config.database).to.deep.equal({
      url: 'postgres://praxis@db/praxis',
      migrationUrl: 'postgresql://owner@db/praxis',
      replicaUrls: ['postgres://praxis@one/praxis', 'postgres://praxis@two/praxis'],
      poolMax: 5,
    });
  });

  it('reports all faults at once, without secrets', () => {
    const faults = faultsOf({
      NODE_ENV: 'live',
      HOST: 'a b',
      PORT: '65536',
      METRICS_PORT: 'on',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      DATABASE_REPLICA_URLS: 'mysql://root:hunter2@db/x',
      DATABASE_POOL_MAX: '1',
      PRAXIS_DEMO: 'yes',
      AUTH_SECRET: 'hunter2',
      PUBLIC_URL: 'praxis.example',
      MAIL_URL: 'http://mail',
      MAIL_FROM: 'a@b\r\nBcc: c@d',
      CURRENCY: 'eur',
      TIME_ZONE: 'FOO+3',
      PAYMENT_GATEWAY: 'paypal',
      STRIPE_SECRET_KEY: 'hunter2',
      STRIPE_WEBHOOK_SECRET: 'whsec_hunter2,hunter2',
      STRIPE_API_BASE: 'https://api.stripe.com',
      MAIL_SPREAD_SECONDS: '61',
      RATE_LIMIT: 'true',
      MAIL_TLS: 'maybe',
      LIMIT_OPEN_APPOINTMENTS: '-1',
      LIMIT_BOOKINGS_PER_HOUR: '0',
      LIMIT_UNPAID_ORDERS: 'many',
      LIMIT_UNPAID_PIECES: '1.5',
      LOG_LEVEL: 'loud',
      WORKERS: '0',
      JOBS: 'no',
      SHUTDOWN_GRACE_SECONDS: '-1',
      CORS_ORIGINS: '*',
      TRUST_PROXY: '1',
    });
    expect(faults.map((line) => line.split(' ')[0])).to.have.members([
      ...VARIABLE_NAMES.filter((name) => !['DATABASE_MIGRATION_URL', 'PRAXIS_HOME'].includes(name)),
    ]);
    expect(faults.join()).not.to.contain('hunter2').and.not.to.contain('undefined');
    for (const line of faults) expect(line).to.match(/^[A-Z_]+ .+; set .+$/);
  });

  for (const [name, value] of [
    ['TIME_ZONE', '+03:00'],
    ['PORT', '1e3'],
    ['PORT', '3000 '],
    ['PUBLIC_URL', 'https://user:pass@praxis.example'],
    ['PUBLIC_URL', 'https://praxis.example/?a=b'],
    ['CORS_ORIGINS', 'https://a.example/path'],
    ['MAIL_URL', 'file:'],
    ['DATABASE_URL', 'postgres://praxis@/praxis?host=/run/postgresql'],
    ['DATABASE_URL', 'postgres://praxis@%2Frun%2Fpostgresql/praxis'],
    ['DATABASE_URL', 'postgres://localhost/praxis?host=/run/postgresql&user=praxis'],
  ] as const) {
    it(`refuses ${name}=${value}`, () => {
      expect(faultsOf({ AUTH_SECRET: SECRET, [name]: value })).to.have.length(1);
    });
  }

  it('requires AUTH_SECRET with DATABASE_URL, and reports it once', () => {
    expect(faultsOf({ DATABASE_URL: 'postgres://db/praxis' })).to.have.length(1);
    expect(faultsOf({ DATABASE_URL: 'postgres://db/praxis', AUTH_SECRET: 'short' })).to.have.length(1);
    expect(faultsOf({ DATABASE_URL: 'postgres://db/praxis', AUTH_SECRET: SECRET })).to.deep.equal([]);
    expect(loadConfig({ DATABASE_URL: 'postgres://db/p', AUTH_SECRET: SECRET }, { cwd }).demo).to.equal(
      false,
    );
    expect(faultsOf({ DATABASE_MIGRATION_URL: 'postgres://db/praxis' })).to.have.length(1);
    expect(faultsOf({ DATABASE_REPLICA_URLS: 'postgres://a/praxis' })).to.have.length(1);
  });

  it('refuses the demo practice, the sandbox and a missing public URL in production', () => {
    expect(faultsOf({ NODE_ENV: 'production' }).map((line) => line.split(' ')[0])).to.have.members([
      'PUBLIC_URL',
      'PRAXIS_DEMO',
      'PAYMENT_GATEWAY',
    ]);
    const sound = { NODE_ENV: 'production', PRAXIS_DEMO: 'off', PAYMENT_GATEWAY: 'desk' };
    expect(faultsOf({ ...sound, PUBLIC_URL: 'https://praxis.example' })).to.deep.equal([]);
    for (const PUBLIC_URL of ['praxis.example', '/praxis', 'ftp://praxis.example', ''])
      expect(faultsOf({ ...sound, PUBLIC_URL }).map((line) => line.split(' ')[0])).to.deep.equal([
        'PUBLIC_URL',
      ]);
  });

  it('requires TLS of a mail server, unless it is on this machine or MAIL_TLS is off', () => {
    const requireTls = (env: Record<string, string>) => loadConfig(env, { cwd }).mail.requireTls;
    expect(requireTls({ MAIL_URL: 'smtp://mail.example' })).to.equal(true);
    expect(requireTls({ MAIL_URL: 'smtp://mail.example', MAIL_TLS: 'off' })).to.equal(false);
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]'])
      expect(requireTls({ MAIL_URL: `smtp://${host}:25` }), host).to.equal(false);
    expect(requireTls({ MAIL_URL: 'smtp://127.0.0.1', MAIL_TLS: 'on' })).to.equal(true);
    expect(requireTls({ MAIL_URL: 'smtp://127.0.0.1.example' })).to.equal(true);
  });

  it('reads variables from .env that the environment does not set', () => {
    writeFileSync(join(cwd, '.env'), 'PORT=4000\nHOST="0.0.0.0" # all\nLOG_LEVEL=debug\n');
    const config = loadConfig({ PORT: '5000' }, { cwd });
    expect(config).to.deep.include({ port: 5000, host: '0.0.0.0', logLevel: 'debug' });
  });

  it('reads NAME_FILE, and rejects it beside NAME or when the file is not readable', () => {
    writeFileSync(join(cwd, 'secret'), `${SECRET}\n`);
    expect(loadConfig({ AUTH_SECRET_FILE: 'secret' }, { cwd }).authSecret).to.equal(SECRET);
    expect(faultsOf({ AUTH_SECRET_FILE: 'secret', AUTH_SECRET: SECRET })[0]).to.match(
      /^AUTH_SECRET is given twice/,
    );
    expect(faultsOf({ AUTH_SECRET_FILE: 'nowhere' })[0]).to.match(/^AUTH_SECRET_FILE .*ENOENT/);
    expect(faultsOf({ DATABASE_URL_FILE: 'nowhere', AUTH_SECRET: SECRET })).to.have.length(1);
    writeFileSync(join(cwd, '.env'), 'AUTH_SECRET_FILE=nowhere\n');
    expect(loadConfig({ AUTH_SECRET: SECRET }, { cwd }).authSecret).to.equal(SECRET);
  });

  it('rejects empty variables, as NAME or as NAME_FILE, in the environment or in .env', () => {
    const nothing = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, '']));
    expect(faultsOf(nothing)).to.have.members(
      VARIABLE_NAMES.map((name) => `${name} is set to nothing; give it a value, or remove it`),
    );
    expect(faultsOf({ DATABASE_URL_FILE: '', AUTH_SECRET: SECRET })).to.deep.equal([
      'DATABASE_URL_FILE is set to nothing; give it a value, or remove it',
    ]);
    writeFileSync(join(cwd, 'secret'), `${SECRET}\n`);
    expect(faultsOf({ AUTH_SECRET_FILE: 'secret', AUTH_SECRET: '' })).to.deep.equal([
      'AUTH_SECRET is given twice, also as AUTH_SECRET_FILE; keep one of the two',
    ]);
    writeFileSync(join(cwd, '.env'), 'DATABASE_URL=\n');
    expect(faultsOf({ AUTH_SECRET: SECRET })).to.deep.equal([
      'DATABASE_URL is set to nothing; give it a value, or remove it',
    ]);
  });

  it('rejects probably misspelled names, but no names of other programs', () => {
    for (const [name, meant] of Object.entries({
      DATABSE_URL: 'DATABASE_URL',
      DATABASE_URI: 'DATABASE_URL',
      DATABASE_REPLICA_URL: 'DATABASE_REPLICA_URLS',
      TIMEZONE: 'TIME_ZONE',
      CORS_ORIGIN: 'CORS_ORIGINS',
      AUTHSECRET_FILE: 'AUTH_SECRET_FILE',
      PRAXIS_DEOM: 'PRAXIS_DEMO',
    }))
      expect(faultsOf({ [name]: 'x' }), name).to.deep.equal([
        `${name} is unknown; set ${meant}, if that is meant`,
      ]);
    expect(faultsOf({ PRAXIS_COLOUR: 'x' })).to.deep.equal([
      'PRAXIS_COLOUR is unknown; remove it; docs/operating.md names every variable',
    ]);
    const others =
      'HOSTNAME HOSTFILE SORT PORTS JOB TZ LOGNAME MAIL PGHOST TEST_DATABASE_URL npm_config_port HOME PATH';
    expect(faultsOf(Object.fromEntries(others.split(' ').map((name) => [name, 'x'])))).to.deep.equal([]);
    expect(faultsOf({ TIMEZONE: 'x', TIME_ZONE: 'UTC' })).to.deep.equal([]);
  });

  it('documents every variable', () => {
    const manual = readFileSync('docs/operating.md', 'utf8');
    const example = readFileSync('.env.example', 'utf8');
    for (const name of VARIABLE_NAMES) {
      expect(manual, `docs/operating.md on ${name}`).to.contain(`\`${name}\``);
      expect(example, `.env.example on ${name}`).to.match(new RegExp(`^#?${name}=`, 'm'));
    }
  });
});

describe('secrets', () => {
  it('derives the same key for a label in every process', () => {
    const key = makeSecrets(SECRET).key('access-token');
    expect(key).to.have.length(32);
    expect(makeSecrets(SECRET).key('access-token').equals(key)).to.equal(true);
    expect(makeSecrets(SECRET).key('refresh-token').equals(key)).to.equal(false);
    expect(makeSecrets('y'.repeat(32)).key('access-token').equals(key)).to.equal(false);
    expect(() => makeSecrets('short')).to.throw('32 bytes');
  });

  it('generates one secret for processes that start at the same time, readable only by its owner', async () => {
    const home = join(mkdtempSync(join(tmpdir(), 'praxis-secret-')), 'home');
    const made = await Promise.all(Array.from({ length: 20 }, () => readOrCreateAuthSecret(home)));
    expect(new Set(made).size).to.equal(1);
    expect(await readOrCreateAuthSecret(home)).to.equal(made[0]);
    expect(statSync(authSecretFile(home)).mode & 0o777).to.equal(0o600);
    writeFileSync(authSecretFile(home), 'torn');
    await readOrCreateAuthSecret(home).then(
      () => expect.fail('a damaged secret was taken'),
      (error: unknown) => expect(String(error)).to.contain('32 bytes'),
    );
    rmSync(join(home, '..'), { recursive: true });
  });
});
