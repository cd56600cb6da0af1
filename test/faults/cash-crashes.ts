import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isAlive, readPostmaster } from '../../src/platform/database/embedded-postgres/postmaster.js';
import { eventually, REPOSITORY, run, type Running } from '../support/processes.js';

export type CrashReport = Readonly<{
  acknowledged: number;
  /** Requests that were sent again, and answers that said so. */
  retries: number;
  replayed: number;
  /** What must not be: said in words, empty when all is well. */
  faults: readonly string[];
}>;

// The process has its home for working directory, where no .env and no node_modules are.
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const CLIENTS = 6;
const START_MS = 60_000;
const ANSWER_MS = 5_000;
const GIVE_UP_MS = 60_000;

type Reply = Readonly<{ status: number; replayed: boolean; body: Record<string, unknown> }>;

/** A Praxis in a process of its own, on the embedded PostgreSQL of `home`; killed and started again at will. */
class Victim {
  #running: Running | undefined;
  #url = '';
  constructor(readonly home: string) {}

  async start(): Promise<void> {
    const running = run(process.execPath, ['--import', TSX, path.join(REPOSITORY, 'src/cli.ts'), 'serve'], {
      cwd: this.home,
      env: {
        PATH: process.env['PATH'],
        PRAXIS_HOME: path.join(this.home, 'var'),
        PORT: '0',
        LOG_LEVEL: 'info',
        RATE_LIMIT: 'off',
      },
    });
    this.#running = running;
    let printed = '';
    running.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const address = () => /ready on (http:\/\/[\d.:]+)/.exec(printed)?.[1];
    await eventually('the server answers', () => address() !== undefined, START_MS);
    this.#url = address() ?? '';
  }

  /** Ends the process as a power cut would end it. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#running?.child.kill(signal);
    await this.#running?.outcome;
    this.#running = undefined;
  }

  /** Stops PostgreSQL at once: no checkpoint, no goodbye to anybody (`pg_ctl stop -m immediate`). */
  async stopDatabase(): Promise<void> {
    const postmaster = readPostmaster(path.join(this.home, 'var', 'postgres', 'data'));
    if (postmaster === null) throw new Error('there is no server to stop');
    process.kill(postmaster.pid, 'SIGQUIT');
    await eventually('the server is gone', () => !isAlive(postmaster.pid));
  }

  async end(): Promise<void> {
    await this.kill('SIGTERM');
    const data = path.join(this.home, 'var', 'postgres', 'data');
    const postmaster = existsSync(data) ? readPostmaster(data) : null;
    if (postmaster !== null) await eventually('the server is gone', () => !isAlive(postmaster.pid));
    rmSync(this.home, { recursive: true, force: true });
  }

  async call(method: string, route: string, token?: string, body?: object, key?: string): Promise<Reply> {
    const response = await fetch(this.#url + route, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      replayed: response.headers.get('idempotent-replayed') === 'true',
      body: (await response.json()) as Record<string, unknown>,
    };
  }
}

/** Tries until the answer is `status`; a fault of the connection or a 409, 5xx on the way counts as one more try. */
async function until(
  status: number,
  attempt: () => Promise<Reply>,
  onRetry: () => void = () => undefined,
): Promise<Reply> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    const reply = await attempt().catch(() => undefined);
    if (reply?.status === status) return reply;
    if (reply !== undefined && reply.status < 500 && reply.status !== 409)
      throw new Error(`answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    if (Date.now() > deadline) throw new Error('no answer for a minute');
    onRetry();
    await sleep(50);
  }
}

/**
 * Clients post transfers, each under its own key, and send them again until they are acknowledged, while the process is
 * killed and the database stopped under them. Afterwards every acknowledged transaction must be there as it was
 * acknowledged, each request must have had one effect, and the rules of the books must hold.
 */
export async function crashUnderTransfers(
  options: Readonly<{ kills: number; stops: number }>,
): Promise<CrashReport> {
  const home = mkdtempSync(path.join(tmpdir(), 'praxis-crash-'));
  const victim = new Victim(home);
  const acknowledged = new Map<string, Reply['body']>();
  const faults: string[] = [];
  let [retries, replayed, going] = [0, 0, true];
  try {
    await victim.start();
    const signIn = async (who: string) => {
      const body = { email: `${who}@praxis.test`, password: 'praxis-demo-2026' };
      const reply = await until(201, () => victim.call('POST', '/v1/sessions', undefined, body));
      return String(reply.body['accessToken']);
    };
    const [admin, staff] = [await signIn('admin'), await signIn('staff')];
    const make = async (route: string, body: object) =>
      (await until(201, () => victim.call('POST', route, admin, body))).body;
    const bank = await make('/v1/cash/real-accounts', { name: 'Crash', kind: 'external', currency: 'EUR' });
    const envelopes: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const account = { name: `Crash ${n}`, realAccountId: bank['id'], type: 'equity' };
      envelopes.push(String((await make('/v1/cash/accounts', account))['id']));
    }

    const client = async (number: number): Promise<void> => {
      for (let n = 0; going; n += 1) {
        const description = `client ${number}, request ${n}`;
        const body = {
          sourceAccountId: envelopes[(number + n) % 4],
          targetAccountId: envelopes[(number + n + 1 + (n % 3)) % 4],
          amount: { amount: 1 + (n % 100), currency: 'EUR' },
          description,
        };
        const key = randomUUID();
        const reply = await until(
          201,
          () => victim.call('POST', '/v1/cash/transactions', staff, body, key),
          () => (retries += 1),
        );
        if (reply.replayed) replayed += 1;
        acknowledged.set(description, reply.body);
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
    clients.catch(() => undefined);
    const blows = [
      ...Array.from({ length: options.kills }, () => 'kill' as const),
      ...Array.from({ length: options.stops }, () => 'stop' as const),
    ];
    for (const blow of blows) {
      const before = acknowledged.size;
      await Promise.race([
        eventually('some traffic', () => acknowledged.size > before + 20, GIVE_UP_MS),
        clients,
      ]);
      await sleep(Math.random() * 200);
      if (blow === 'stop') await victim.stopDatabase();
      else {
        await victim.kill();
        await victim.start();
      }
    }
    const before = acknowledged.size;
    await Promise.race([
      eventually('some traffic', () => acknowledged.size > before + 20, GIVE_UP_MS),
      clients,
    ]);
    going = false;
    await clients;

    const there = new Map<string, object[]>();
    let cursor: string | null = null;
    do {
      const query = `realAccountId=${String(bank['id'])}&limit=100${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = await until(200, () => victim.call('GET', `/v1/cash/transactions?${query}`, staff));
      for (const item of page.body['items'] as { description: string }[])
        there.set(item.description, [...(there.get(item.description) ?? []), item]);
      cursor = page.body['nextCursor'] as string | null;
    } while (cursor !== null);
    for (const [description, answer] of acknowledged)
      if (JSON.stringify(there.get(description)) !== JSON.stringify([answer]))
        faults.push(
          `${description} was acknowledged, and there is ${JSON.stringify(there.get(description))}`,
        );
    for (const [description, found] of there)
      if (found.length !== 1) faults.push(`${description} is there ${found.length} times`);
    if (there.size !== acknowledged.size)
      faults.push(`${there.size} are there, ${acknowledged.size} were acknowledged`);
    const { body } = await until(200, () => victim.call('GET', '/v1/cash/integrity', admin));
    if (body['ok'] !== true) faults.push(JSON.stringify(body['checks']));
  } finally {
    going = false;
    await victim.end();
  }
  return { acknowledged: acknowledged.size, retries, replayed, faults };
}
