import { expect } from 'chai';
import fc from 'fast-check';
import { DomainError } from '../../src/kernel/errors.js';
import { assertNoCardNumbers } from '../../src/platform/http/requests/card-number-guard.js';

/** The schemes' own test numbers, 13 to 19 digits. */
const NUMBERS = [
  '4242424242424242',
  '4222222222222',
  '5555555555554444',
  '378282246310005',
  '30569309025904',
  '6011111111111117',
  '6304000000000000000',
];

function isRefused(body: unknown): boolean {
  try {
    assertNoCardNumbers(body);
    return false;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'pan-forbidden') throw error;
    expect(JSON.stringify([error.message, error.details, error.stack])).not.to.match(/\d{12}/);
    return true;
  }
}

describe('the guard against card numbers', () => {
  for (const number of NUMBERS)
    it(`rejects ${number} in any spelling and position`, () => {
      const spaced = number.replaceAll(/(.{4})/g, '$1 ').trim();
      for (const written of [
        number,
        spaced,
        spaced.replaceAll(' ', '-'),
        spaced.replaceAll(' ', '\u00a0\u2013 '),
        number.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
        `tok_${number}`,
        `my card is ${spaced}, thanks`,
        Number(number),
        -Number(number),
      ]) {
        expect(isRefused(written), String(written)).to.equal(true);
        expect(isRefused({ a: [{ b: { c: written } }] })).to.equal(true);
      }
      expect(isRefused({ [number]: 1 })).to.equal(true);
    });

  for (const name of ['number', 'cvc', 'cvv', 'pan', 'cardNumber', 'card_number', 'Card-Number', 'CVC'])
    it(`rejects a field named ${name} at any depth`, () => {
      expect(isRefused({ [name]: '' })).to.equal(true);
      expect(isRefused({ card: { [name]: null } })).to.equal(true);
      expect(isRefused([{ lines: [{ [name]: 1 }] }])).to.equal(true);
    });

  it('rejects numbers beyond 2^53', () => {
    expect(isRefused(JSON.parse('{"a": 6304000000000000000}'))).to.equal(true);
    expect(isRefused(JSON.parse('{"a": 9999999999999999999999999}'))).to.equal(false);
  });

  it('accepts other content', () => {
    for (const body of [
      undefined,
      null,
      {},
      { gatewayToken: 'tok_visa_4242', isDefault: true },
      { numbers: 1, pandas: 2, phone: '+49 30 901820' },
      '4242424242424241',
      42424242424,
      '019aa5b2-7c00-7000-8000-000000000001',
      '01930000-0000-7000-8000-000000000018',
      1999.99,
      '2026-11-21T09:00:00.000Z',
    ])
      expect(isRefused(body), JSON.stringify(body)).to.equal(false);
  });

  it('accepts every id', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(isRefused({ id })).to.equal(false);
      }),
    );
  });
});
