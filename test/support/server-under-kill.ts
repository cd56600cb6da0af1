import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { isAlive } from '../../src/platform/embedded-postgres/processes.js';
import { NO_LIMITS } from './no-limits.js';
import { eventually, REPOSITORY, run, type Outcome, type Running } from './processes.js';

/** The target of `bin.praxis`; `npm test` builds it first. */
const BIN = path.join(REPOSITORY, 'dist', 'cli.js');
const START_MS = 60_000;
const ANSWER_MS = 5_000;
export const GIVE_UP_MS = 60_000;

export type Reply = Readonly<{ status: number; replayed: boolean; body: Record<string, unknown> }>;

/** A server in a process of its own, on the embedded PostgreSQL of `home`, that a test kills and starts again. */
export class ServerUnderKill {
  #running: Running | undefined;
  #url = '';
  #printed = '';
  /** A folder without a .env and without node_modules that the user of PostgreSQL may enter. */
  readonly home = mkdtempSync(path.join(tmpdir(), 'praxis-server-'));
  constructor(readonly env: Readonly<Record<string, string>> = {}) {
    if (!existsSync(BIN)) throw new Error('dist/cli.js is missing: npm run build');
    chmodSync(this.home, 0o711);
  }

  get #environment(): Record<string, string | undefined> {
    return {
      PATH: process.env['PATH'],
      PRAXIS_HOME: path.join(this.home, 'var'),
      PORT: '0',
      RATE_LIMIT: 'off',
      MAIL_SPREAD_SECONDS: '0',
      ...NO_LIMITS,
      ...this.env,
    };
  }

  async start(): Promise<void> {
    const running = run(process.execPath, [BIN, 'serve'], { cwd: this.home, env: this.#environment });
    this.#running = running;
    this.#printed = '';
    // Drops the lines about requests, because there may be many.
    createInterface({ input: running.child.stdout! }).on('line', (line) => {
      if (!line.includes('"msg":"request"')) this.#printed += `${line}\n`;
    });
    const address = () => /ready on (http:\/\/[\d.:]+)/.exec(this.#printed)?.[1];
    await eventually('the server answers', () => address() !== undefined, START_MS);
    this.#url = address() ?? '';
  }

  /** Throws when the server does not run. */
  get pid(): number {
    if (this.#running?.child.pid === undefined) throw new Error('there is no server');
    return this.#running.child.pid;
  }

  /** Counts `text` in the log since the last start, without lines about requests. */
  printed(text: string): number {
    return this.#printed.split(text).length - 1;
  }

  /** Runs another command of Praxis on the same home: `integrity`, `doctor`. */
  command(...args: readonly string[]): Promise<Outcome> {
    return run(process.execPath, [BIN, ...args], { cwd: this.home, env: this.#environment }).outcome;
  }

  /** Ends the process as a power failure does. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#running?.child.kill(signal);
    await this.#running?.outcome;
    this.#running = undefined;
  }

  /** Stops PostgreSQL without a checkpoint and without closing connections (`pg_ctl stop -m immediate`). */
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
        ...(['PUT', 'PATCH'].includes(method) && { 'if-match': '*' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      replayed: response.headers.get('idempotent-replayed') === 'true',
      body: JSON.parse((await response.text()) || '{}') as Record<string, unknown>,
    };
  }
}

/** Retries until the status is `status`. Connection errors, 409 and 5xx are retried; other statuses throw. */
export async function until(
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
