import { expect } from 'chai';
import { insertRow, rowValues } from '../../src/platform/database/insert-row.js';

const ATTRIBUTES = { id: {}, timeZone: {}, isActive: {} };

describe('insertRow', () => {
  it('names the column and the parameter of every attribute', () => {
    expect(insertRow('doctors', ATTRIBUTES)).to.equal(
      'INSERT INTO doctors (id, time_zone, is_active) VALUES ($1, $2, $3)',
    );
  });

  it('numbers the parameters from the given one on', () => {
    expect(insertRow('doctors', ATTRIBUTES, { firstParameter: 7 })).to.equal(
      'INSERT INTO doctors (id, time_zone, is_active) VALUES ($7, $8, $9)',
    );
  });

  it('takes the values from rowValues in the order of its parameters', () => {
    const row = { isActive: true, note: 'not an attribute', id: 'a', timeZone: 'Europe/Berlin' };
    expect(rowValues(ATTRIBUTES, row)).to.deep.equal(['a', 'Europe/Berlin', true]);
  });
});
