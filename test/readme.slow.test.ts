import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { notForTerminals, walk, walkThroughIn } from './support/walk-through.js';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const isInstalled = (program: string): Promise<boolean> =>
  run(program, ['--version']).then(
    () => true,
    () => false,
  );

describe('the README', () => {
  let readme: string;
  let folder: string;
  let server: ChildProcess | undefined;
  let url = '';

  before(async () => {
    readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    folder = await mkdtemp(join(tmpdir(), 'praxis-readme-'));
    // The files of a clone: those that git tracks. Dependencies are those of this checkout, as npm ci would install.
    const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
    });
    for (const file of stdout.split('\0').filter((name) => name !== '' && !name.startsWith('test/')))
      await cp(join(ROOT, file), join(folder, file)).catch((error: unknown) => {
        if (!isCode(error, 'ENOENT')) throw error; // deleted, not committed yet
      });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });

  async function stop(): Promise<void> {
    if (server?.pid !== undefined && server.exitCode === null) {
      const ended = new Promise((done) => server?.once('close', done));
      process.kill(-server.pid, 'SIGTERM');
      await ended;
    }
  }

  after(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = () => {
    const { PATH, HOME } = process.env;
    return { PATH, HOME, PORT: '0' };
  };

  /** Resolves with its output when it is ready. */
  async function start(): Promise<string> {
    server = spawn('npm', ['start'], {
      cwd: folder,
      env: environment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    url = await new Promise<string>((found, failed) => {
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        const ready = /Praxis is ready on (http:\/\/[\d.:]+)/.exec(output)?.[1];
        if (ready !== undefined && output.includes('praxis-demo-2026')) found(ready);
      };
      server?.stdout?.on('data', read);
      server?.stderr?.on('data', read);
      server?.once('close', (code) => {
        failed(new Error(`npm start ended with ${String(code)}: ${output}`));
      });
    });
    return output;
  }

  it('starts with npm start, which reports the build', async function () {
    this.timeout(300_000);
    expect(readme).to.include('npm ci && npm start');
    const output = await start();
    expect(output)
      .to.match(/^Building Praxis …/m)
      .and.to.include(`${url}/docs`);
  });

  it('has a walk-through that works in an interactive bash as printed', async function () {
    this.timeout(300_000);
    const walkThrough = walkThroughIn(readme);
    const printed = await walk(walkThrough, { url, folder, env: environment() }, 'bash');
    expect(printed).to.deep.equal(walkThrough.expected);
  });

  it('has no command with characters that an interactive shell interprets', () => {
    expect(notForTerminals(walkThroughIn(readme))).to.deep.equal([]);
    const script = [
      '# comment',
      'ls *.md',
      'curl $API/x?y=1',
      'echo "now!"',
      'ls # all',
      'field items[0]',
    ].join('\n');
    expect(notForTerminals({ script, expected: [] })).to.deep.equal(script.split('\n'));
  });

  it('names accounts that can sign in', async () => {
    const password = /with `(praxis-demo-\d+)`/.exec(readme)?.[1];
    const people = [...readme.matchAll(/`(\w+@praxis\.test)`/g)].map(([, email]) => email);
    expect(people).to.have.length(3);
    for (const email of people) {
      const response = await fetch(`${url}/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      expect(response.status, String(email)).to.equal(201);
    }
  });

  it('explains how to start over, and has a walk-through that works in an interactive zsh', async function () {
    this.timeout(300_000);
    await stop();
    expect(readme).to.include(
      'To start over with a fresh demo practice, stop it, delete `./var` and start it again.',
    );
    await rm(join(folder, 'var'), { recursive: true });
    expect(await start()).not.to.include('Building');
    if (!(await isInstalled('zsh'))) this.skip(); // the check of the commands above replaces it
    const walkThrough = walkThroughIn(readme);
    const printed = await walk(walkThrough, { url, folder, env: environment() }, 'zsh');
    expect(printed).to.deep.equal(walkThrough.expected);
  });

  it('names existing npm scripts and files', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    for (const [, name = ''] of readme.matchAll(/npm (?:run )?(start|test|check|openapi|bench)\b/g))
      expect(scripts).to.have.property(name);
    for (const [, file = ''] of readme.matchAll(/\]\(((?!http)[^)]+)\)/g))
      await readFile(join(ROOT, file)).catch((error: unknown) => {
        if (!isCode(error, 'EISDIR')) throw error;
      });
  });
});
