/**
 * Asks the oldest and the newest npm whether `npm ci` would accept the lock file: `npm run check:lock-file`.
 * Versions of npm differ in how they read peer dependencies, so one accepts a lock file that another refuses.
 * Needs the registry, where it fetches both; installs nothing.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Comes with Node 20.19, the oldest in `engines`. */
const OLDEST = '10.8.2';
const NEWEST = 'latest';
const LINES_SHOWN = 8;
const UNREACHABLE =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;
/** About the machine or npm itself, not about this repository. */
const FOREIGN_WARNING = /^npm warn (?:Unknown (?:env|user|global|cli) config|EBADENGINE|cli npm v)/i;

const run = promisify(execFile);

/**
 * @param {string} version
 * @returns {Promise<string[]>} what is wrong, line by line
 */
async function complaintsOf(version) {
  const folder = mkdtempSync(path.join(tmpdir(), 'praxis-lock-file-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(path.join(ROOT, file), path.join(folder, file));
    const { stderr } = await run('npx', ['--yes', `npm@${version}`, 'ci', '--dry-run'], {
      cwd: folder,
      env: { ...process.env, npm_config_fetch_retries: '1' },
      shell: process.platform === 'win32',
    });
    return stderr.split('\n').filter((line) => /^npm warn/i.test(line) && !FOREIGN_WARNING.test(line));
  } catch (error) {
    const { stderr = String(error) } = /** @type {{ stderr?: string }} */ (error);
    if (UNREACHABLE.test(stderr))
      return [`not checked: the npm registry cannot be reached (${UNREACHABLE.exec(stderr)?.[0]})`];
    const lines = stderr.split('\n').filter((line) => /\w/.test(line.replace(/^npm error/, '')));
    return lines.slice(0, LINES_SHOWN);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const versions = [OLDEST, NEWEST];
console.log('Checking package-lock.json with the oldest and the newest npm …');
const complaints = await Promise.all(versions.map(complaintsOf));
for (const [index, version] of versions.entries()) {
  const lines = complaints[index] ?? [];
  if (lines.length === 0) continue;
  console.error(`npm@${version} ci:\n  ${lines.join('\n  ')}`);
  process.exitCode = 1;
}
