import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

type Violation = { rule: { name: string }; from: string; to: string };
type Report = {
  modules: { source: string; dependencies: { couldNotResolve: boolean }[] }[];
  summary: { violations: Violation[]; totalCruised: number };
};

const CONFIG = resolve('.dependency-cruiser.cjs');
const CRUISER = resolve('node_modules/.bin/depcruise');
const RULES = (createRequire(import.meta.url)(CONFIG) as { forbidden: { name: string }[] }).forbidden.map(
  ({ name }) => name,
);
const TECHNICAL = ['kernel', 'platform'];

async function cruise(cwd: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    CRUISER,
    ['src', '--config', CONFIG, '--output-type', 'json'],
    {
      cwd,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout) as Report;
}

const sourcesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));

type Fixture = { rule: string; from: string; imports: readonly string[] };
const forbidden = (rule: string, from: string, ...imports: string[]): Fixture => ({ rule, from, imports });

/** Empty files for the fixtures to import. */
const NEIGHBOURS = [
  'src/kernel/clock.ts',
  'src/platform/tool.ts',
  ...['embedded-postgres', 'jobs', 'openapi', 'payments'].map((folder) => `src/platform/${folder}/thing.ts`),
  ...['idempotency', 'pages', 'rate-limits', 'replies', 'requests', 'routing', 'server'].map(
    (folder) => `src/platform/http/${folder}/thing.ts`,
  ),
  ...['identity', 'cash', 'storefront', 'clinic', 'journal'].flatMap((context) =>
    [
      'index.ts',
      'module.ts',
      'domain/thing.ts',
      'application/act.ts',
      'infrastructure/rows.ts',
      'http/routes.ts',
    ].map((file) => `src/${context}/${file}`),
  ),
  'test/support/thing.ts',
];

const FORBIDDEN: readonly Fixture[] = [
  forbidden('kernel', 'src/kernel/bad.ts', 'zod', 'node:fs', '../platform/tool.js', '../cash/index.js'),
  forbidden(
    'domain',
    'src/cash/domain/bad.ts',
    'zod',
    'node:crypto',
    '../../platform/tool.js',
    '../application/act.js',
    '../../identity/index.js',
  ),
  forbidden(
    'application',
    'src/cash/application/bad.ts',
    'zod',
    'node:fs',
    '../../platform/tool.js',
    '../infrastructure/rows.js',
    '../../identity/index.js',
  ),
  forbidden(
    'infrastructure',
    'src/cash/infrastructure/bad.ts',
    '../http/routes.js',
    '../module.js',
    '../../identity/domain/thing.js',
    '../../identity/infrastructure/rows.js',
  ),
  forbidden(
    'http',
    'src/cash/http/bad.ts',
    'sequelize',
    'node:fs',
    '../domain/thing.js',
    '../infrastructure/rows.js',
    '../../identity/index.js',
  ),
  forbidden(
    'index',
    'src/journal/index.ts',
    'zod',
    './infrastructure/rows.js',
    './http/routes.js',
    '../kernel/clock.js',
  ),
  forbidden('module', 'src/journal/module.ts', 'zod', 'node:fs', '../identity/index.js'),
  forbidden('platform', 'src/platform/bad.ts', '../identity/index.js', '../container.js'),
  forbidden('below-http', 'src/platform/database/bad.ts', '../http/replies/thing.js', '../openapi/thing.js'),
  forbidden(
    'http-requests',
    'src/platform/http/requests/bad.ts',
    '../idempotency/thing.js',
    '../pages/thing.js',
    '../server/thing.js',
  ),
  forbidden('http-replies', 'src/platform/http/replies/bad.ts', '../routing/thing.js', '../server/thing.js'),
  forbidden('http-rate-limits', 'src/platform/http/rate-limits/bad.ts', '../routing/thing.js'),
  forbidden('http-idempotency', 'src/platform/http/idempotency/bad.ts', '../routing/thing.js'),
  forbidden('http-pages', 'src/platform/http/pages/bad.ts', '../routing/thing.js', '../server/thing.js'),
  forbidden(
    'http-server',
    'src/platform/http/server/bad.ts',
    '../routing/thing.js',
    '../idempotency/thing.js',
  ),
  forbidden('embedded-postgres', 'src/platform/embedded-postgres/bad.ts', '../jobs/thing.js'),
  forbidden('embedded-postgres-users', 'src/platform/jobs/bad.ts', '../embedded-postgres/thing.js'),
  forbidden('payments', 'src/platform/payments/bad.ts', '../jobs/thing.js'),
  forbidden('root', 'src/container.ts', './identity/domain/thing.js', './identity/index.js'),
  forbidden('context-identity', 'src/identity/infrastructure/bad.ts', '../../cash/index.js'),
  forbidden('context-cash', 'src/cash/infrastructure/worse.ts', '../../storefront/index.js'),
  forbidden('context-billing', 'src/billing/infrastructure/bad.ts', '../../clinic/index.js'),
  forbidden('context-storefront', 'src/storefront/infrastructure/bad.ts', '../../cash/application/act.js'),
  forbidden('context-clinic', 'src/clinic/infrastructure/bad.ts', '../../storefront/index.js'),
  forbidden('context-journal', 'src/journal/infrastructure/bad.ts', '../../cash/index.js'),
  forbidden('no-circle', 'src/platform/egg.ts', './hen.js'),
  forbidden('no-dev-dependency', 'src/platform/testing.ts', 'chai'),
  forbidden('no-tests', 'src/platform/tested.ts', '../../test/support/thing.js'),
  forbidden('resolvable', 'src/platform/lost.ts', './nowhere.js', 'no-such-package'),
];

const ALLOWED: readonly Omit<Fixture, 'rule'>[] = [
  { from: 'src/clinic/domain/good.ts', imports: ['./thing.js', '../../kernel/clock.js'] },
  {
    from: 'src/clinic/application/good.ts',
    imports: ['./act.js', '../domain/thing.js', '../../kernel/clock.js'],
  },
  {
    from: 'src/clinic/infrastructure/good.ts',
    imports: [
      'sequelize',
      'node:fs',
      '../application/act.js',
      '../../platform/tool.js',
      '../../identity/index.js',
    ],
  },
  { from: 'src/clinic/http/good.ts', imports: ['zod', '../application/act.js', '../../platform/tool.js'] },
  { from: 'src/clinic/index.ts', imports: ['./application/act.js', './domain/thing.js'] },
  { from: 'src/clinic/module.ts', imports: ['awilix', './infrastructure/rows.js', './http/routes.js'] },
  {
    from: 'src/platform/http/routing/good.ts',
    imports: ['../idempotency/thing.js', '../replies/thing.js', '../server/thing.js'],
  },
  { from: 'src/platform/database/good.ts', imports: ['../embedded-postgres/thing.js'] },
  { from: 'src/main.ts', imports: ['awilix', 'node:fs', './clinic/module.js', './platform/tool.js'] },
];

describe('the import rules', function () {
  this.timeout(300_000);

  describe('on the application', () => {
    let report: Report;
    before(async () => {
      report = await cruise('.');
    });

    it('read every source file', () => {
      const seen = new Set(report.modules.map(({ source }) => source));
      const files = sourcesUnder('src');
      expect(files.length).to.be.greaterThan(50);
      expect(files.filter((file) => !seen.has(file))).to.deep.equal([]);
    });

    it('hold for every source file', () => {
      expect(
        report.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
      ).to.deep.equal([]);
    });

    it('cover every folder and every layer', () => {
      const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
      const contexts = folders.map(({ name }) => name).filter((name) => !TECHNICAL.includes(name));
      expect(contexts).not.to.deep.equal([]);
      for (const context of contexts) {
        expect(RULES, `src/${context} is missing in the graph of contexts`).to.include(`context-${context}`);
        for (const entry of readdirSync(join('src', context))) {
          expect(
            ['domain', 'application', 'infrastructure', 'http', 'index.ts', 'module.ts'],
            context,
          ).to.include(entry);
        }
        expect(
          sourcesUnder(join('src', context, 'domain')),
          `${context} has an empty domain`,
        ).not.to.deep.equal([]);
      }
    });
  });

  describe('on forbidden imports', () => {
    let folder: string;
    let violations: Violation[];
    let cruised: number;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'praxis-boundaries-'));
      const write = (file: string, imports: readonly string[]): void => {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(
          join(folder, file),
          `${imports.map((each) => `import '${each}';\n`).join('')}export {};\n`,
        );
      };
      for (const file of NEIGHBOURS) write(file, []);
      write('src/platform/hen.ts', ['./egg.js']); // a cycle is reported once, at its first file: the egg
      for (const { from, imports } of [...FORBIDDEN, ...ALLOWED]) write(from, imports);
      for (const file of ['package.json', 'node_modules']) symlinkSync(resolve(file), join(folder, file));
      ({
        summary: { violations, totalCruised: cruised },
      } = await cruise(folder));
    });
    after(() => rmSync(folder, { recursive: true }));

    it('read the fixtures', () => {
      expect(cruised).to.be.greaterThan(NEIGHBOURS.length);
    });

    for (const { rule, from, imports } of FORBIDDEN) {
      it(`${rule}: ${from} may not import ${imports.join(', ')}`, () => {
        const broken = violations.filter(
          (violation) => violation.from === from && violation.rule.name === rule,
        );
        expect(broken).to.have.length(imports.length);
      });
    }

    it('accept allowed imports', () => {
      const blamed = violations.map(({ from, rule }) => `${rule.name}: ${from}`);
      for (const { from } of ALLOWED) expect(blamed.filter((line) => line.endsWith(from))).to.deep.equal([]);
    });

    it('have a fixture for every rule', () => {
      expect([...new Set(FORBIDDEN.map(({ rule }) => rule))]).to.have.members(RULES);
    });
  });
});
