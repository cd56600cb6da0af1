import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { isAlive } from '../../src/platform/embedded-postgres/processes.js';
import { NO_LIMITS } from './no-limits.js';
import { eventually, REPOSITORY, run, type Outcome } from './processes.js';

/** The target of `bin.praxis`; `npm test` builds it first. */
const BIN = path.join(REPOSITORY, 'dist', 'cli.js');
const READY_WITHIN_MS = 180_000;
/** The longest time for any response, whatever is broken behind the server. */
export const HANGS_AFTER_MS = 8_000;

export type Call = Readonly<{ token?: string; body?: unknown; headers?: Readonly<Record<string, string>> }>;
export type Answer = Readonly<{
  status: number;
  headers: Headers;
  // Tests read bodies freely; test/http checks their shapes against the document.
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}>;

/** A `praxis serve` of its own, as a service manager would run it. */
export interface ServerProcess {
  readonly pid: number;
  readonly url: string;
  /** Lines of its log so far. */
  lines(): string[];
  signal(name: NodeJS.Signals): void;
  readonly outcome: Promise<Outcome>;
  /** Rejects when the connection fails, or when no answer comes within `HANGS_AFTER_MS`. */
  call(method: string, path: string, call?: Call): Promise<Answer>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Folders, homes and processes of one test file; `clear()` ends and removes all of them. `bin`: another build's. */
export function makeSandbox(bin: string = BIN) {
  const folders: string[] = [];
  const started: ReturnType<typeof run>[] = [];

  /** A home that does not exist yet, in a folder that the embedded server's user may enter. */
  function newHome(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'praxis-server-'));
    folders.push(folder);
    chmodSync(folder, 0o711);
    return path.join(folder, 'var');
  }

  /** Runs the built command in a folder without a .env and without our environment. `undefined` unsets a variable. */
  function praxis(args: readonly string[], env: Environment) {
    if (!existsSync(bin)) throw new Error(`${bin} is missing: npm run build`);
    const home = env['PRAXIS_HOME'];
    if (home === undefined) throw new Error('a process of a test needs a home of its own');
    const running = run(process.execPath, [bin, ...args], {
      cwd: path.dirname(home),
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        RATE_LIMIT: 'off',
        MAIL_SPREAD_SECONDS: '0',
        ...NO_LIMITS,
        ...env,
      },
    });
    started.push(running);
    return running;
  }

  /** Resolves when it has printed its address. */
  async function serve(env: Environment): Promise<ServerProcess> {
    const { child, outcome } = praxis(['serve'], env);
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const url = () => /Praxis is ready on (http:\/\/[\w.:[\]]+)/.exec(printed)?.[1];
    let ended: Outcome | undefined;
    void outcome.then((how) => (ended = how));
    await eventually(
      'the server is ready',
      () => {
        if (ended !== undefined) throw new Error(`serve ended early: ${ended.code} ${ended.stderr}`);
        return url() !== undefined;
      },
      READY_WITHIN_MS,
    );
    return {
      pid: child.pid!,
      url: url()!,
      lines: () => printed.split('\n').filter((line) => line !== ''),
      signal: (name) => void child.kill(name),
      outcome,
      call: (method, target, call) => callAt(url()! + target, method, call),
    };
  }

  async function clear(): Promise<void> {
    for (const { child, outcome } of started.splice(0)) {
      child.kill('SIGKILL');
      await outcome;
    }
    for (const folder of folders.splice(0)) {
      await eventually('no server is left in the home', () => postgresOf(path.join(folder, 'var')) === null);
      rmSync(folder, { recursive: true, force: true });
    }
  }

  return { newHome, praxis, serve, clear };
}

/** The process of the embedded server of `home` while it lives. */
export function postgresOf(home: string): number | null {
  const data = path.join(home, 'postgres', 'data');
  const pid = existsSync(data) ? (readPostmaster(data)?.pid ?? null) : null;
  return pid !== null && isAlive(pid) ? pid : null;
}

async function callAt(
  url: string,
  method: string,
  { token, body, headers = {} }: Call = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(HANGS_AFTER_MS),
  });
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    body: json ? (JSON.parse(text) as unknown) : text,
  };
}

export const DEMO = { email: 'member@praxis.test', password: 'praxis-demo-2026' } as const;

/** The access token of a person of the demo practice. */
export async function signInDemo(server: ServerProcess, email: string = DEMO.email): Promise<string> {
  const { status, body } = await server.call('POST', '/v1/sessions', { body: { ...DEMO, email } });
  if (status !== 201) throw new Error(`sign-in answered ${status}: ${JSON.stringify(body)}`);
  return (body as { accessToken: string }).accessToken;
}

/** All statuses that `watch` received, and all failures below HTTP. */
export type Watched = Readonly<{
  statuses: ReadonlySet<number>;
  failures: readonly string[];
}>;

/**
 * Calls `look` repeatedly until `stop` is called. A 503 without Retry-After or without its problem document is a failure.
 */
export function watch(look: () => Promise<Answer>): { stop(): Promise<Watched> } {
  const statuses = new Set<number>();
  const failures: string[] = [];
  const over = new AbortController();
  async function round(): Promise<void> {
    const { status, headers, body } = await look();
    statuses.add(status);
    if (status === 503) {
      const says = [headers.get('content-type'), headers.get('retry-after'), body.code].join(' ');
      if (says !== 'application/problem+json 1 unavailable') failures.push(says);
    }
  }
  const done = (async () => {
    while (!over.signal.aborted) {
      await round().catch((error: unknown) => failures.push(`${String(error)} ${causeOf(error)}`));
      await sleep(20);
    }
  })();
  return {
    async stop() {
      over.abort();
      await done;
      return { statuses, failures };
    },
  };
}

const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
