import { expect } from 'chai';
import { z } from 'zod';
import { parseJson } from '../../src/platform/http/requests/body.js';
import { truncateAddress } from '../../src/platform/http/requests/client-address.js';
import { parseBody } from '../../src/platform/http/requests/parse.js';
import { thrown } from '../support/thrown.js';

describe('request bodies', () => {
  for (const json of [
    '{"a":1,"a":1}',
    '[{"b":{"a":1 , "\\u0061"\n :2}}]',
    '{"a":{"a":1},"a":[]}',
    '{"":1,"":2}',
  ])
    it(`rejects ${json} with a duplicate key`, () => {
      expect(() => parseJson(Buffer.from(json))).to.throw('An object in the body has the same key twice.');
    });

  for (const json of [
    '{"a":{"a":1},"b":["a","a"],"c":"a\\":"}',
    '[{"a":1},{"a":2}]',
    '{"__proto__":1,"a":"\\\\"}',
    '"a"',
  ])
    it(`accepts ${json}`, () => {
      expect(parseJson(Buffer.from(json))).to.deep.equal(JSON.parse(json));
    });

  const withFields = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`x:${index}`, '":{'])));

  it('rejects an object of more than 100 fields at any position', () => {
    for (const json of [
      withFields(101),
      `{"a":[${withFields(101)}]}`,
      `[${withFields(3)},${withFields(101)}]`,
    ])
      expect(() => parseJson(Buffer.from(json))).to.throw('An object in the body has more than 100 fields.');
  });

  it('accepts many objects of 100 fields', () => {
    const json = `{"a":${withFields(100)},"b":[${withFields(100)},${withFields(100)}]}`;
    expect(parseJson(Buffer.from(json))).to.deep.equal(JSON.parse(json));
  });

  it('reports at most 20 faults, of one kind or of many', () => {
    const schema = z.strictObject({ numbers: z.array(z.number()) });
    const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 1]));
    for (const body of [
      { numbers: [], ...unknown },
      { numbers: Array(5_000).fill('x'), ...unknown },
    ]) {
      const error = thrown(() => parseBody(schema, body)) as unknown as { details: { errors: unknown[] } };
      expect(error.details.errors).to.have.lengthOf(20);
    }
  });
});

describe('the address of a client in the log', () => {
  for (const [address, truncated] of [
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['unknown', ''],
  ] as const)
    it(`is ${truncated || 'nothing'} for ${address}`, () => {
      expect(truncateAddress(address)).to.equal(truncated);
    });
});
