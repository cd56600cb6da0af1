import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';

type Context = Readonly<{
  files: readonly string[];
  tests: readonly string[];
}>;

/**
 * `npm run mutate -- [context …] [--files GLOB]`: changes the domain and the use cases in small ways (Stryker) and
 * checks that the tests without a database notice. Writes its report to reports/mutation and prints the survivors.
 * Stryker's runner for mocha does not support our version, so each mutant gets a process: about two seconds each, and
 * hours for all contexts.
 */
const CONTEXTS: Readonly<Record<string, Context>> = {
  kernel: { files: ['src/kernel/*.ts'], tests: ['test/kernel/*.test.ts'] },
  identity: {
    files: ['src/identity/domain/*.ts', 'src/identity/application/*.ts'],
    tests: [
      'card',
      'cards',
      'email-change',
      'password-reset',
      'password',
      'profile',
      'registration',
      'security-events',
      'session',
      'sessions',
      'sign-in',
      'tokens',
      'user',
      'users',
    ].map((name) => `test/identity/${name}.test.ts`),
  },
  storefront: {
    files: ['src/storefront/domain/*.ts', 'src/storefront/application/*.ts'],
    tests: ['pricing', 'discount', 'order', 'checkout', 'after-checkout'].map(
      (name) => `test/storefront/${name}.test.ts`,
    ),
  },
  journal: {
    files: ['src/journal/domain/*.ts', 'src/journal/application/*.ts'],
    tests: ['domain', 'posts', 'comments'].map((name) => `test/journal/${name}.test.ts`),
  },
  clinic: {
    files: ['src/clinic/domain/*.ts', 'src/clinic/application/*.ts'],
    tests: ['appointment', 'booking', 'visits', 'patients', 'doctors', 'calendars-and-mails', 'slots'].map(
      (name) => `test/clinic/${name}.test.ts`,
    ),
  },
  cash: {
    files: ['src/cash/domain/*.ts', 'src/cash/application/*.ts'],
    tests: ['domain', 'accounts', 'posting', 'closing', 'suggestion', 'statements'].map(
      (name) => `test/cash/${name}.test.ts`,
    ),
  },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { files: { type: 'string' } },
});
const names = positionals.length === 0 ? Object.keys(CONTEXTS) : positionals;
for (const name of names) {
  const context = CONTEXTS[name];
  if (context === undefined) {
    console.error(`There is no context ${name}; there are ${Object.keys(CONTEXTS).join(', ')}.`);
    process.exit(64);
  }
  console.log(`== ${name}`);
  const results = await new Stryker({
    mutate: [...(values.files === undefined ? context.files : [values.files]), '!**/ports.ts'],
    testRunner: 'command',
    commandRunner: {
      command: [
        'node_modules/.bin/mocha --no-config --bail --reporter dot --timeout 20000 --node-option import=tsx',
        ...context.tests,
      ].join(' '),
    },
    // Types are not checked: a mutant that would not compile counts as noticed.
    disableTypeChecks: false,
    concurrency: 2,
    timeoutMS: 20_000,
    reporters: ['clear-text', 'json'],
    jsonReporter: { fileName: `reports/mutation/${name}.json` },
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    allowConsoleColors: false,
    tempDirName: '.stryker-tmp',
    ignorePatterns: ['dist', 'var', 'reports', 'docs', 'openapi'],
    // Texts for people, such as messages of errors, are not changed.
    mutator: { excludedMutations: ['StringLiteral'] },
  }).runMutationTest();
  const counted = new Map<string, number>();
  for (const { status } of results) counted.set(status, (counted.get(status) ?? 0) + 1);
  console.log(name, Object.fromEntries(counted));
}
rmSync('.stryker-tmp', { recursive: true, force: true });
