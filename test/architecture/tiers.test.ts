import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { importedBy, pathToOpener, tierOf } from './tiers.js';

const ROOT = path.resolve('.');
/** Kept apart, so that this file does not read as one that imports it. */
const MAIN = "'../../src/main.js'";

const testFiles = (): string[] =>
  readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.test\.\w+$/.test(file))
    .map((file) => path.posix.join('test', ...file.split(path.sep)));

describe('test tiers', () => {
  it('gives every test file a tier by its name', () => {
    const files = testFiles();
    expect(files.length).to.be.greaterThan(100);
    expect(files.filter((file) => tierOf(file) === undefined)).to.deep.equal([]);
  });

  it('has unit tests that import nothing that opens a database, a port or a process', () => {
    const units = testFiles().filter((file) => tierOf(file) === 'unit');
    expect(units.length).to.be.greaterThan(30);
    const offenders = units.flatMap((file) => {
      const chain = pathToOpener(ROOT, file);
      return chain === undefined ? [] : [chain.join(' → ')];
    });
    expect(offenders).to.deep.equal([]);
  });

  describe('the check itself', () => {
    let root: string;
    const write = (file: string, source: string) => {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), source);
    };
    beforeEach(() => {
      root = mkdtempSync(path.join(tmpdir(), 'praxis-tiers-'));
    });
    afterEach(() => {
      rmSync(root, { recursive: true });
    });

    for (const [title, source] of [
      ['the PostgreSQL support', "import { createTestDatabase } from '../support/postgres.js';"],
      ['a package that connects', "import pg from 'pg';"],
      ['a module of Node that listens', "import { createServer } from 'node:http';"],
      ['the container', "import { buildContainer } from '../../src/container.js';"],
      ['a dynamic import', `const start = await import(${MAIN});`],
      [
        'an import over several lines',
        "import {\n  run,\n  type Outcome,\n} from '../support/processes.js';",
      ],
      ['an import for its side effect', "import 'node:net';"],
    ] as const)
      it(`finds ${title}`, () => {
        write('test/cash/money.test.ts', source);
        expect(pathToOpener(root, 'test/cash/money.test.ts')).to.have.length(2);
      });

    it('finds what a helper imports, and shows the chain', () => {
      write('test/cash/money.test.ts', "import { world } from './world.js';");
      write('test/cash/world.ts', "export { world } from '../support/shop.js';");
      write('test/support/shop.ts', "import pg from 'pg';");
      expect(pathToOpener(root, 'test/cash/money.test.ts')).to.deep.equal([
        'test/cash/money.test.ts',
        'test/cash/world.ts',
        'test/support/shop.ts',
        'pg',
      ]);
    });

    it('ignores imports of types', () => {
      write('test/cash/money.test.ts', "import type { Pool } from 'pg';\nimport { expect } from 'chai';");
      expect(pathToOpener(root, 'test/cash/money.test.ts')).to.equal(undefined);
    });

    it('reads imports one by one', () => {
      const source =
        "import type { A } from 'a';\nimport b from 'b';\nimport type { C } from 'c';\nimport 'd';";
      expect(importedBy(source)).to.deep.equal(['b', 'd']);
    });

    it('knows the tiers by their suffix', () => {
      expect(
        ['a.test.ts', 'a.db.test.ts', 'a.http.test.ts', 'x/a.slow.test.ts', 'a.unknown.test.ts'].map(tierOf),
      ).to.deep.equal(['unit', 'db', 'http', 'slow', undefined]);
    });
  });
});
