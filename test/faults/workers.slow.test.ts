import { readdirSync, readFileSync } from 'node:fs';
import { request, Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { eventually } from '../support/processes.js';
import { makeSandbox, postgresOf, signInDemo, type ServerProcess } from '../support/server-process.js';

const CLIENTS = 6;

type Tally = { answers: number; failures: string[] };

/** Sends requests without a pause over one kept-alive connection until `over`. Retries nothing. */
async function keepAsking(url: string, token: string, tally: Tally, over: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` };
      const asked = request(`${url}/v1/me`, { agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      });
      asked.once('error', reject).end();
    });
  while (!over.aborted)
    await ask().then(
      (status) => {
        tally.answers += 1;
        if (status !== 200) tally.failures.push(String(status));
      },
      async (error: unknown) => {
        tally.failures.push(String(error));
        await sleep(20);
      },
    );
  agent.destroy();
}

describe('several workers on one port', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  let server: ServerProcess;
  let token: string;
  let home: string;
  before(async () => {
    home = sandbox.newHome();
    server = await sandbox.serve({ PRAXIS_HOME: home, WORKERS: '2', METRICS_PORT: '0' });
    token = await signInDemo(server);
  });
  after(() => sandbox.clear());

  const logged = (message: string) =>
    server
      .lines()
      .map((line) => JSON.parse(line) as { pid: number; msg: string; worker?: number })
      .filter(({ msg }) => msg === message);
  const serving = async (): Promise<Set<number>> => {
    const before = logged('request').length;
    await Promise.all(
      Array.from({ length: 12 }, () => server.call('GET', '/livez', { headers: { connection: 'close' } })),
    );
    await eventually('they are logged', () => logged('request').length >= before + 12);
    return new Set(
      logged('request')
        .slice(before)
        .map(({ pid }) => pid),
    );
  };

  it('share the requests; the primary serves none', async () => {
    const pids = await serving();
    expect([...pids]).to.have.length(2);
    expect(pids.has(server.pid)).to.equal(false);
  });

  it('are replaced one by one on SIGHUP without a failed request', async () => {
    const before = await serving();
    const over = new AbortController();
    const tally: Tally = { answers: 0, failures: [] };
    const clients = Array.from({ length: CLIENTS }, () => keepAsking(server.url, token, tally, over.signal));
    try {
      await eventually('the clients are at work', () => tally.answers > CLIENTS);
      server.signal('SIGHUP');
      await eventually('all workers are new', () => logged('all workers are new').length === 1);
      const soFar = tally.answers;
      await eventually('they serve', () => tally.answers > soFar + CLIENTS);
    } finally {
      over.abort();
      await Promise.all(clients);
    }
    expect(tally.failures).to.deep.equal([]);
    expect(tally.answers).to.be.above(100);
    const after = await serving();
    expect([...after].filter((pid) => before.has(pid))).to.deep.equal([]);
    expect([...after]).to.have.length(2);
  });

  it('are replaced when they die', async () => {
    const [victim] = [...(await serving())];
    process.kill(victim!, 'SIGKILL');
    await eventually(
      'it is noticed',
      () => logged('a worker ended by itself; starting another').length === 1,
    );
    /**
     * A connection that was assigned to the dying worker gets no response, and log lines that the worker had not
     * written are lost.
     */
    const probe = async (): Promise<Set<number>> => {
      const before = logged('request').length;
      const calls = Array.from({ length: 12 }, () =>
        server.call('GET', '/livez', { headers: { connection: 'close' } }),
      );
      await Promise.race([Promise.allSettled(calls), sleep(1_000)]);
      await sleep(100);
      return new Set(
        logged('request')
          .slice(before)
          .map(({ pid }) => pid),
      );
    };
    await eventually('another has taken its place', async () => {
      const pids = await probe();
      return pids.size === 2 && !pids.has(victim!);
    });
  });

  it('end with the primary, and the database ends last', async () => {
    const pids = await serving();
    server.signal('SIGTERM');
    expect((await server.outcome).code).to.equal(0);
    for (const pid of pids) expect(() => process.kill(pid, 0)).to.throw();
    expect(postgresOf(home)).to.equal(null);
  });
});

/**
 * Processes that `primary` started to serve. node:cluster names each in its environment; what the primary starts for the
 * embedded server has the primary's command line for a moment, but not that.
 */
function workersOf(primary: number): number[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // it has ended
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => new RegExp(`^PPid:\t${primary}$`, 'm').test(read(pid, 'status')))
    .filter((pid) => read(pid, 'environ').includes('NODE_UNIQUE_ID='))
    .map(Number);
}

describe('workers that are killed while they start', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  after(() => sandbox.clear());

  it('are replaced, so that the server serves once the kills end', async function () {
    if (process.platform !== 'linux') this.skip(); // finds the workers in /proc
    const { child, outcome } = sandbox.praxis(['serve'], { PRAXIS_HOME: sandbox.newHome(), WORKERS: '3' });
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    let ended = false;
    void outcome.then(() => (ended = true));
    const killed = new Set<number>();
    const killNext = () =>
      eventually('another worker starts', () => {
        expect(ended, printed).to.equal(false);
        const victim = workersOf(child.pid!).find((pid) => !killed.has(pid));
        if (victim === undefined) return false;
        process.kill(victim, 'SIGKILL');
        killed.add(victim);
        return true;
      });
    for (let n = 0; n < 5; n += 1) await killNext();
    await eventually('the server is ready', () => {
      expect(ended, printed).to.equal(false);
      return printed.includes('Praxis is ready on');
    });
    expect(workersOf(child.pid!)).to.have.length(3);
    expect(printed.match(/a worker was killed while it started; starting another/g)).to.have.length(5);
    child.kill('SIGTERM');
    expect((await outcome).code).to.equal(0);
  });

  it('do not keep the server from stopping', async function () {
    if (process.platform !== 'linux') this.skip(); // finds the workers in /proc
    const { child, outcome } = sandbox.praxis(['serve'], { PRAXIS_HOME: sandbox.newHome(), WORKERS: '2' });
    await eventually('a worker starts', () => workersOf(child.pid!).length > 0);
    process.kill(workersOf(child.pid!)[0]!, 'SIGKILL');
    child.kill('SIGTERM');
    expect((await outcome).code).to.equal(0);
  });

  it('end with the server when SIGHUP arrives before they serve', async function () {
    if (process.platform !== 'linux') this.skip(); // finds the workers in /proc
    const { child, outcome } = sandbox.praxis(['serve'], { PRAXIS_HOME: sandbox.newHome(), WORKERS: '2' });
    await eventually('a worker starts', () => workersOf(child.pid!).length > 0);
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect((await outcome).code).to.equal(0);
  });
});

describe('workers that cannot start', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  after(() => sandbox.clear());

  it('end the process with their reason after three failed starts', async () => {
    const DATABASE_URL = 'postgres://nobody:nothing@127.0.0.1:9/praxis';
    const AUTH_SECRET = 'a secret for tests, longer than 32 bytes';
    const env = { PRAXIS_HOME: sandbox.newHome(), WORKERS: '2', DATABASE_URL, AUTH_SECRET };
    const { code, stderr, stdout } = await sandbox.praxis(['serve'], env).outcome;
    expect(code).to.equal(69);
    expect(stderr).to.match(
      /^praxis: no worker serves and 3 in a row did not start, the last one with exit code 69$/m,
    );
    expect(stdout.match(/"a worker did not start; trying again"/g)).to.have.length(3);
    expect(stdout.match(/"giving up: no worker starts"/g)).to.have.length(1);
  });

  it('end the process at once on a configuration error', async () => {
    const DATABASE_URL = 'postgres://nobody:nothing@no-such-host.invalid/praxis';
    const AUTH_SECRET = 'a secret for tests, longer than 32 bytes';
    const env = { PRAXIS_HOME: sandbox.newHome(), WORKERS: '2', DATABASE_URL, AUTH_SECRET };
    const { code, stderr, stdout } = await sandbox.praxis(['serve'], env).outcome;
    expect(code, stderr).to.equal(78);
    expect(stderr).to.match(/^praxis: a worker did not start because the configuration is wrong/m);
    expect(stdout.match(/"a worker did not start; trying again"/g)).to.have.length(1);
  });
});
