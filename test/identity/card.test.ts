import { expect } from 'chai';
import fc from 'fast-check';
import {
  addCard,
  assertGood,
  type Card,
  chooseDefault,
  isExpired,
  newCard,
  removeCard,
  restoreCard,
} from '../../src/identity/domain/card.js';
import { aCard, aUser } from '../support/builders/identity.js';

const NOW = new Date('2026-11-21T09:00:00.000Z');
const userId = aUser().id;
const card = (changes: Partial<Card> = {}): Card => aCard({ userId, ...changes });

/** Stores `changes` one by one; fails if there are two default cards at any time. */
function stored(cards: readonly Card[], changes: readonly Card[]): readonly Card[] {
  let present = [...cards];
  for (const change of changes) {
    present = [...present.filter(({ id }) => id !== change.id), change];
    expect(
      present.filter(({ isDefault, removedAt }) => isDefault && removedAt === null).length,
    ).to.be.at.most(1);
  }
  return present.filter(({ removedAt }) => removedAt === null);
}

const defaultOf = (cards: readonly Card[]): string | undefined =>
  cards.find(({ isDefault }) => isDefault)?.id;

describe('a card', () => {
  it('is valid until the end of its expiry month, in UTC', () => {
    const november = { expMonth: 11, expYear: 2026 };
    expect(isExpired(november, new Date('2026-11-30T23:59:59.999Z'))).to.equal(false);
    expect(isExpired(november, new Date('2026-12-01T00:00:00.000Z'))).to.equal(true);
    const december = { expMonth: 12, expYear: 2026 };
    expect(isExpired(december, new Date('2026-12-31T23:59:59.999Z'))).to.equal(false);
    expect(isExpired(december, new Date('2027-01-01T00:00:00.000Z'))).to.equal(true);
    expect(() => assertGood({ expMonth: 10, expYear: 2026 }, NOW))
      .to.throw()
      .with.property('code', 'card-expired');
  });

  it('stores the description of the gateway and nothing else', () => {
    const described = { brand: 'visa', last4: '4242', expMonth: 1, expYear: 2030, fingerprint: 'f' };
    const made = newCard(
      { id: card().id, userId, gatewayToken: 't', ...described, number: '42' } as never,
      NOW,
    );
    expect(made).to.include({ ...described, isDefault: false, version: 1 });
    expect(Object.keys(made)).not.to.include('number');
  });

  for (const fault of [
    { last4: '424' },
    { last4: '42424' },
    { expMonth: 0 },
    { expMonth: 13 },
    { expYear: 29 },
    { gatewayToken: '' },
    { fingerprint: '' },
    { version: 0 },
    { removedAt: NOW, isDefault: true },
  ])
    it(`is corrupt with ${JSON.stringify(fault)}`, () => {
      expect(() => restoreCard({ ...card(), ...fault })).to.throw(/corrupt card/);
    });
});

describe('the cards of a user', () => {
  it('make the first card the default, and a later card on request or if there is no default', () => {
    const [first, second, third] = [card(), card(), card()];
    const one = addCard([], first, false);
    expect([one.changed, one.added.isDefault, one.added.version]).to.deep.equal([[], true, 1]);
    const two = addCard([one.added], second, false);
    expect([two.changed, two.added.isDefault]).to.deep.equal([[], false]);
    const three = addCard([one.added, two.added], third, true);
    expect(three.added.isDefault).to.equal(true);
    expect(three.changed.map(({ id, isDefault }) => [id, isDefault])).to.deep.equal([[first.id, false]]);
    expect(addCard([second], third, false).added.isDefault).to.equal(true);
  });

  it('change the version of the chosen card only', () => {
    const [first, second] = [card({ isDefault: true }), card()];
    const changed = chooseDefault([first, second], second, NOW);
    expect(changed.map(({ id, isDefault, version }) => [id, isDefault, version])).to.deep.equal([
      [first.id, false, 1],
      [second.id, true, 2],
    ]);
    expect(chooseDefault([first, second], first, NOW)).to.deep.equal([]);
  });

  it('promote the newest card that has not expired when the default is removed', () => {
    const day = (number: number) => new Date(Date.UTC(2026, 0, number));
    const of = (number: number, changes: Partial<Card> = {}) =>
      card({ createdAt: day(number), updatedAt: day(number), ...changes });
    const [first, old, newest] = [of(1, { isDefault: true }), of(2), of(3, { expYear: 2025 })];
    const cards = [newest, old, first];
    const [removed, promoted] = removeCard(cards, first, NOW);
    expect(removed).to.include({ id: first.id, isDefault: false, version: 2 });
    expect(promoted).to.include({ id: old.id, isDefault: true, version: 1 });
    expect(removeCard([newest, first], first, NOW)).to.have.length(1);
    expect(removeCard(cards, old, NOW).map(({ id }) => id)).to.deep.equal([old.id]);
  });

  it('have at most one default at any time, and exactly one while a valid card is left', () => {
    const step = fc.record({
      what: fc.constantFrom('add', 'addDefault', 'choose', 'remove'),
      which: fc.nat(),
      expYear: fc.constantFrom(2025, 2029),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let cards: readonly Card[] = [];
        for (const { what, which, expYear } of steps) {
          const chosen = cards[which % Math.max(1, cards.length)];
          if (what === 'add' || what === 'addDefault') {
            const { changed, added } = addCard(cards, card({ expYear }), what === 'addDefault');
            cards = stored(cards, [...changed, added]);
            expect(defaultOf(cards)).not.to.equal(undefined);
          } else if (chosen !== undefined)
            cards = stored(
              cards,
              what === 'choose' ? chooseDefault(cards, chosen, NOW) : removeCard(cards, chosen, NOW),
            );
          if (cards.some((each) => !isExpired(each, NOW)) && what !== 'choose')
            expect(defaultOf(cards)).not.to.equal(undefined);
        }
      }),
    );
  });
});
