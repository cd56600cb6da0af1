/**
 * Serves the demo, walks through the README and runs the tests that depend on the date, at each moment of `moments.ts`
 * under a shifted clock. `npm run test:clocks` runs it, apart from the tests, because it needs libfaketime and takes an
 * hour. `--only REGEXP` selects moments by time, zone or name; `--parts walk-through,tests` selects the parts; files
 * after the options replace the list of tests. Prints a row for each moment, and exits with 1 when anything failed.
 */
import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY, run } from '../support/processes.js';
import { makeSandbox } from '../support/server-process.js';
import { walk, walkThroughIn } from '../support/walk-through.js';
import { MOMENTS, type Moment } from './moments.js';
import { findLibrary, shellAt, shiftedTo } from './shifted-clock.js';

/** Tests that read the real clock or contain fixed dates. */
const DATED_TESTS = [
  'test/clocks/server-clock.db.test.ts',
  'test/clinic/demo-and-integrity.db.test.ts',
  'test/cash/demo.db.test.ts',
  'test/storefront/demo.db.test.ts',
  'test/journal/demo-and-integrity.db.test.ts',
  'test/clinic/booking.test.ts',
  'test/clinic/calendars-and-mails.test.ts',
  'test/clinic/appointments.http.test.ts',
  'test/clinic/calendars-and-mails.http.test.ts',
  'test/clinic/payments.http.test.ts',
  'test/clinic/privacy.http.test.ts',
  'test/cash/bank.http.test.ts',
  'test/cash/cash.http.test.ts',
  'test/cash/long-books.db.test.ts',
  'test/identity/cards.http.test.ts',
  'test/identity/people.db.test.ts',
  'test/identity/users.http.test.ts',
  'test/journal/leaks.http.test.ts',
  'test/journal/posts.http.test.ts',
  'test/journal/posts.test.ts',
  'test/platform/cli.slow.test.ts',
  'test/platform/days-in-zones.test.ts',
  'test/platform/jobs.db.test.ts',
  'test/platform/logger.test.ts',
  'test/platform/mail.http.test.ts',
  'test/platform/time-zones.test.ts',
  'test/security/answers.slow.test.ts',
  'test/storefront/orders.http.test.ts',
  'test/storefront/products.http.test.ts',
];

const LAST_LINES = 12;
const TEST_TIMEOUT_MS = 120_000;

const { values, positionals } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    parts: { type: 'string', default: 'walk-through,tests' },
  },
  allowPositionals: true,
});
const parts = values.parts.split(',');
const files = positionals.length > 0 ? positionals : DATED_TESTS;
const library = findLibrary();
const walkThrough = walkThroughIn(await readFile(path.join(REPOSITORY, 'README.md'), 'utf8'));

/** The differences between the walk-through and the README. */
async function failuresOfWalkThrough(moment: Moment): Promise<string[]> {
  const sandbox = makeSandbox();
  const shift = shiftedTo(moment, library);
  try {
    const home = sandbox.newHome();
    const folder = path.dirname(home);
    await symlink(path.join(REPOSITORY, 'seeders'), path.join(folder, 'seeders'));
    const { url } = await sandbox.serve({ ...shift, PRAXIS_HOME: home });
    const printed = await walk(walkThrough, { url, folder, ...shellAt(moment) });
    const failures = walkThrough.expected.flatMap((line, index) =>
      printed[index] === line ? [] : [`${String(printed[index])} instead of ${line}`],
    );
    const integrity = await sandbox.praxis(['integrity'], { ...shift, PRAXIS_HOME: home }).outcome;
    return integrity.code === 0 ? failures : [...failures, `integrity: ${integrity.stdout}`];
  } catch (error) {
    // The message of a failed command repeats the whole script; its standard error has the cause.
    const { stderr, message } = error as Partial<Record<'stderr' | 'message', string>>;
    return [(stderr ?? message ?? String(error)).trim().split('\n').slice(-LAST_LINES).join('\n')];
  } finally {
    await sandbox.clear();
  }
}

type MochaReport = Readonly<{
  stats: Readonly<{ passes: number }>;
  failures: readonly Readonly<{ fullTitle: string; err: Readonly<{ message?: string }> }>[];
}>;

async function runTests(moment: Moment): Promise<Readonly<{ passes: number; failures: string[] }>> {
  const mocha = path.join(REPOSITORY, 'node_modules/mocha/bin/mocha.js');
  const options = ['--no-config', '--require', 'test/support/postgres.ts', '--timeout', `${TEST_TIMEOUT_MS}`];
  const { code, stdout, stderr } = await run(
    process.execPath,
    ['--import', 'tsx', mocha, ...options, '--reporter', 'json', ...files],
    { env: { ...process.env, ...shiftedTo(moment, library) } },
  ).outcome;
  try {
    const report = JSON.parse(stdout.slice(stdout.indexOf('{\n  "stats"'))) as MochaReport;
    const failures = report.failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message ?? ''}`);
    return { passes: report.stats.passes, failures };
  } catch {
    return { passes: 0, failures: [`mocha ended with ${String(code)}: ${stderr.slice(-500)}`] };
  }
}

const only = new RegExp(values.only);
const chosen = MOMENTS.filter(({ at, timeZone, name }) => only.test(`${at} ${timeZone} ${name}`));
console.log('| moment | zone | | walk-through | tests | failures |\n|---|---|---|---|---|---|');
let failed = chosen.length === 0 ? 1 : 0;
for (const moment of chosen) {
  const walked = parts.includes('walk-through') ? await failuresOfWalkThrough(moment) : undefined;
  const tested = parts.includes('tests') ? await runTests(moment) : undefined;
  const failures = [...(walked ?? []), ...(tested?.failures ?? [])];
  failed += failures.length;
  const walkCell = walked === undefined ? '–' : `${walkThrough.expected.length - walked.length} lines`;
  const cells = [moment.at, moment.timeZone, moment.name, walkCell, tested?.passes ?? '–', failures.length];
  console.log(`| ${cells.join(' | ')} |`);
  for (const failure of failures) console.log(`  ${failure}`);
}
console.log(`${chosen.length} moments, ${failed} failures`);
process.exitCode = failed === 0 ? 0 : 1;
