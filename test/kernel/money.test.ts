import { expect } from 'chai';
import fc from 'fast-check';
import { formatMinor, isCurrency, minorUnitDigits, money } from '../../src/kernel/money.js';

describe('money', () => {
  const printed: [number, string, string][] = [
    [0, 'EUR', '0.00'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [1_999, 'EUR', '19.99'],
    [-123_456, 'USD', '-1234.56'],
    [5, 'JPY', '5'],
    [-5, 'JPY', '-5'],
    [1, 'KWD', '0.001'],
    [1_234, 'KWD', '1.234'],
    [1, 'CLF', '0.0001'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91'],
  ];
  for (const [amount, currency, text] of printed)
    it(`formats ${amount} ${currency} as ${text}`, () => {
      expect(formatMinor(amount, currency)).to.equal(text);
    });

  it('is formatted so that it can be parsed exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('EUR', 'JPY', 'KWD', 'UYW'), (amount, currency) => {
        const text = formatMinor(amount, currency);
        const digits = minorUnitDigits(currency);
        expect(BigInt(text.replace('.', ''))).to.equal(BigInt(amount));
        expect(text).to.match(digits === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${digits}}$`));
      }),
    );
  });

  it('accepts only safe integers and valid currencies', () => {
    expect(money(-0, 'EUR')).to.deep.equal({ amount: 0, currency: 'EUR' });
    for (const amount of [0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => money(amount, 'EUR')).to.throw();
      expect(() => formatMinor(amount, 'EUR')).to.throw();
    }
    for (const code of ['eur', 'EU', 'EURO', '']) expect(isCurrency(code)).to.equal(false);
  });
});
