import { expect } from 'chai';
import { writeCsv, type Cell } from '../../src/platform/http/replies/csv.js';

describe('comma-separated values', () => {
  const cases: [Cell, string][] = [
    ['plain', 'plain'],
    [null, ''],
    [-12, '-12'],
    ['-12.34', '-12.34'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-', "'-"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\r=1', '"\'\r=1"'],
    ['\uff1d1', "'\uff1d1"],
    ['a=1', 'a=1'],
    ['Zoë', 'Zoë'],
  ];
  for (const [cell, field] of cases)
    it(`writes ${JSON.stringify(cell)} as ${JSON.stringify(field)}`, () => {
      expect(writeCsv(['x'], [[cell]])).to.equal(`x\r\n${field}\r\n`);
    });
});
