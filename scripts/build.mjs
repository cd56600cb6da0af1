/**
 * Compiles `src` to `dist` and copies what the compiled code reads: `npm run build`. Does nothing when the sources,
 * the settings and the lock file are those of the last successful build, so a second `npm start` is quick.
 * Progress goes to stderr, because callers print results to stdout.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const DIST = path.join(ROOT, 'dist');
const FINGERPRINT = path.join(DIST, '.fingerprint');
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.mjs',
];

const require = createRequire(import.meta.url);
/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`);

/** @param {string} file */
function dependency(file) {
  try {
    return require.resolve(file);
  } catch {
    say(`${file} is not installed: run npm ci.`);
    return process.exit(1);
  }
}

/** A digest of every file that decides what `dist` holds. */
function fingerprint() {
  const digest = createHash('sha256');
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
  for (const file of [...SETTINGS, ...sources.sort()]) {
    const content = readFileSync(path.join(ROOT, file));
    digest.update(`${file}\0${content.length}\0`).update(content);
  }
  return digest.digest('hex');
}

/** The API reference is a script for browsers; its package exports only the code of a Fastify plugin. */
function copyReferenceScript() {
  const plugin = path.dirname(dependency('@scalar/fastify-api-reference'));
  mkdirSync(path.join(DIST, 'assets'), { recursive: true });
  copyFileSync(path.join(plugin, 'js', 'standalone.js'), path.join(DIST, 'assets', 'reference.js'));
}

const current = fingerprint();
const isBuilt = existsSync(FINGERPRINT) && existsSync(path.join(DIST, 'cli.js'));
if (!isBuilt || readFileSync(FINGERPRINT, 'utf8') !== current) {
  say(isBuilt ? 'Building Praxis …' : 'Building Praxis … (the first build takes up to a minute)');
  const startedAt = performance.now();
  rmSync(FINGERPRINT, { force: true });
  const compiler = dependency('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  copyReferenceScript();
  writeFileSync(FINGERPRINT, current);
  say(`Built in ${Math.round((performance.now() - startedAt) / 1000)} s.`);
}
