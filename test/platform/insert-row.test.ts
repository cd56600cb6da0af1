import { expect } from 'chai';
import { id, instantOrNull, text } from '../../src/platform/database/model-columns.js';
import { columnValues, insertRow, insertRows, rowValues } from '../../src/platform/database/insert-row.js';

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

describe('insertRows', () => {
  const attributes = { id: id(), status: text(), paidAt: instantOrNull() };

  it('takes each column from an array of the type that the model declares', () => {
    expect(insertRows('payments', attributes)).to.equal(
      'INSERT INTO payments (id, status, paid_at) SELECT id, status, paid_at ' +
        'FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS given (id, status, paid_at)',
    );
  });

  it('takes another type and another first parameter where they are given', () => {
    expect(
      insertRows('payments', attributes, { firstParameter: 4, types: { status: 'payment_status' } }),
    ).to.include('unnest($4::uuid[], $5::payment_status[], $6::timestamptz[])');
  });

  it('takes the arrays from columnValues in the order of its parameters', () => {
    const rows = [
      { note: 'not an attribute', paidAt: new Date('2026-11-29T09:00:00Z'), id: 'a', status: 'paid' },
      { note: 'not an attribute', paidAt: null, id: 'b', status: 'open' },
    ];
    expect(columnValues(attributes, rows)).to.deep.equal([
      ['a', 'b'],
      ['paid', 'open'],
      ['2026-11-29T09:00:00.000Z', null],
    ]);
    expect(columnValues(attributes, [])).to.deep.equal([[], [], []]);
  });
});
