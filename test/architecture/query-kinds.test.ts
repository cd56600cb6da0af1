import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { countMethods, toTable } from '../../scripts/count-query-kinds.mjs';

/** `[model, columns, other, all]` of the last row of a table. */
const totalsOf = (text: string): number[] =>
  (/\| all \|([\d |]+)\|/.exec(text)?.[1] ?? '').split('|').map(Number);

describe('methods of repositories and queries', () => {
  it('do not name columns in SQL more often than docs/architecture.md says', () => {
    const [, , documented] = totalsOf(readFileSync('docs/architecture.md', 'utf8'));
    const methods = countMethods();
    const [, , counted] = totalsOf(toTable(methods));
    expect(methods.length).to.be.greaterThan(200);
    expect(counted, 'run npm run query-kinds -- --list').to.be.at.most(documented!);
  });

  it('are counted by kind', () => {
    const method = { context: 'cash', file: 'f', factory: 'makeF', method: 'm' };
    const table = toTable([
      { ...method, kind: 'model' },
      { ...method, kind: 'other' },
      { ...method, kind: 'other' },
    ]);
    expect(totalsOf(table)).to.deep.equal([1, 0, 2, 3]);
  });
});
