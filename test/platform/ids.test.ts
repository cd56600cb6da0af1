import { expect } from 'chai';
import { validate, version } from 'uuid';
import { makeUuidGenerator } from '../../src/platform/telemetry/ids.js';

describe('the ids', () => {
  it('are version 7 UUIDs in the order of their creation, even if the clock goes back', () => {
    const times = [5, 5, 5, 6, 4, 4, 7, 7].map((ms) => 1_700_000_000_000 + ms);
    let at = 0;
    const generator = makeUuidGenerator(() => times[at++ % times.length]!);
    const ids = times.map(() => generator.next());
    expect(ids.every((id) => validate(id) && version(id) === 7)).to.equal(true);
    expect(ids).to.deep.equal(ids.toSorted());
    expect(ids[0]!.slice(0, 13)).to.equal('018bcfe5-6805');
  });

  it('are unique, and differ in their random part', () => {
    const generator = makeUuidGenerator();
    const ids = Array.from({ length: 10_000 }, () => generator.next());
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids).to.deep.equal(ids.toSorted());
    expect(new Set(ids.map((id) => id.slice(-10))).size).to.be.greaterThan(9_990);
  });
});
