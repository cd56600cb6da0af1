/**
 * Follows the README in a fresh clone of HEAD with each supported Node and the npm that comes with it:
 * `npm ci`, `npm start` until it serves, and the tests.
 *
 *   npm run test:node-versions                               every version, every test
 *   npm run test:node-versions -- --node 24                  one version
 *   npm run test:node-versions -- --start-only               no tests
 *   npm run test:node-versions -- test/faults/*.test.ts      only these tests
 *
 * Node and npm come from the npm registry. Exits with 1 when a step fails or `npm ci` prints a warning.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers';
import { parseArgs } from 'node:util';

/** The oldest Node of `engines` and the newest of each later major version, each with its npm. */
const VERSIONS = [
  { node: '20.19.0', npm: '10.8.2' },
  { node: '22', npm: '10.9' },
  { node: '24', npm: '11' },
];
const ROOT = path.resolve(import.meta.dirname, '..');
const PLATFORM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const STARTS_WITHIN_MS = 300_000;

/** @typedef {{ cwd: string, env: NodeJS.ProcessEnv }} Place */

/** What `npm run` sets for its scripts would reach the other npm as its configuration. */
const cleanEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('npm_') || ['npm_config_registry', 'npm_config_cache'].includes(name),
    ),
  );

/**
 * Runs a program, shows what it prints, and returns it.
 * @param {Place} place
 * @param {string} program
 * @param {string[]} args
 */
async function run(place, program, ...args) {
  console.log(`$ ${[program, ...args].join(' ')}`);
  const child = spawn(program, args, { ...place, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
      process.stdout.write(text);
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}.`);
  return output;
}

/** @param {string} url */
async function assertServes(url) {
  for (const page of ['/readyz', '/docs', '/docs/reference.js', '/openapi.json']) {
    const { status } = await fetch(url + page);
    if (status !== 200) throw new Error(`${page} answered ${String(status)}.`);
  }
}

/** @param {Place} place */
async function startAndStop(place) {
  console.log('$ npm start');
  const server = spawn('npm', ['start'], {
    ...place,
    env: { ...place.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(server, 'close');
  try {
    let output = '';
    const url = await new Promise((found, failed) => {
      server.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
        process.stdout.write(text);
        const ready = /Praxis is ready on (http:\/\/[\d.:]+)/.exec(output)?.[1];
        if (ready !== undefined) found(ready);
      });
      void ended.then(() => failed(new Error('npm start ended.')));
      setTimeout(() => failed(new Error('npm start is not ready in time.')), STARTS_WITHIN_MS).unref();
    });
    await assertServes(url);
  } finally {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGTERM');
    await ended;
  }
}

/**
 * @param {Place} place
 * @param {string[]} files
 */
async function test(place, files) {
  if (files.length === 0) return run(place, 'npm', 'test');
  return run(place, 'npx', 'mocha', '--parallel', ...files);
}

/**
 * @param {(typeof VERSIONS)[number]} version
 * @param {{ startOnly: boolean, files: string[] }} options
 */
async function tryVersion(version, { startOnly, files }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'praxis-node-'));
  chmodSync(folder, 0o711); // the embedded PostgreSQL runs as another user when root runs this
  const tools = path.join(folder, 'tools');
  const clone = path.join(folder, 'praxis');
  try {
    mkdirSync(tools);
    const env = cleanEnvironment();
    const packages = [`node-${PLATFORM}@${version.node}`, `npm@${version.npm}`];
    await run({ cwd: tools, env }, 'npm', 'install', '--silent', '--no-save', '--prefix', tools, ...packages);
    await run({ cwd: ROOT, env }, 'git', 'clone', '--quiet', ROOT, clone);
    const PATH = [path.join(tools, 'node_modules', '.bin'), env['PATH']];
    const place = { cwd: clone, env: { ...env, PATH: PATH.join(path.delimiter) } };

    await run(place, 'node', '--version');
    await run(place, 'npm', '--version');
    if (/^npm warn (?!Unknown \w+ config)/im.test(await run(place, 'npm', 'ci')))
      throw new Error('npm ci printed a warning.');
    await startAndStop(place);
    if (!startOnly) await test(place, files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values, positionals } = parseArgs({
  options: { node: { type: 'string', multiple: true }, 'start-only': { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** @param {string} node */
const versionFor = (node) => {
  const [major = ''] = node.split('.');
  const known = VERSIONS.find((version) => version.node.split('.')[0] === major);
  if (known === undefined) throw new Error(`No npm is known for Node ${node}.`);
  return { ...known, node: node === major ? known.node : node };
};
for (const version of values.node?.map(versionFor) ?? VERSIONS) {
  console.log(`\nNode ${version.node} with npm ${version.npm}`);
  await tryVersion(version, { startOnly: values['start-only'], files: positionals }).catch(
    (/** @type {unknown} */ error) => {
      console.error(`Node ${version.node} with npm ${version.npm} failed: ${String(error)}`);
      process.exitCode = 1;
    },
  );
}
