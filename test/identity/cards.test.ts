import { expect } from 'chai';
import { GatewayUnavailable } from '../../src/kernel/payment-gateway.js';
import type { Card } from '../../src/identity/domain/card.js';
import { aUser } from '../support/builders/identity.js';
import { expectCode } from '../support/expect-code.js';
import { makeWorld, type World } from './world.js';

describe('saved cards', () => {
  let world: World;
  const [member, other] = [aUser(), aUser()];
  beforeEach(async () => {
    world = makeWorld();
    await world.given(member, other);
  });
  const add = (gatewayToken: string, isDefault = false, userId = member.id) =>
    world.addCard({ userId, gatewayToken, isDefault });
  const list = async (userId = member.id) =>
    (await world.listCards({ actorId: userId, userId, page: { limit: 50 } })).items;
  const rows = () => world.store.table<Card>('cards').all();

  it('are saved by gateway token, the first as the default', async () => {
    const { card, isNew } = await add('tok_visa_4242');
    expect(isNew).to.equal(true);
    expect(card).to.include({ userId: member.id, brand: 'visa', last4: '4242', isDefault: true, version: 1 });
    await add('tok_visa_1881');
    expect((await list()).map(({ last4, isDefault }) => [last4, isDefault])).to.have.deep.members([
      ['4242', true],
      ['1881', false],
    ]);
  });

  it('are reused when the same physical card is added again, and become the default on request', async () => {
    const first = await add('tok_visa_4242');
    const second = await add('tok_visa_1881');
    expect(await add('tok_visa_4242')).to.deep.equal({ card: first.card, isNew: false });
    const again = await add('tok_visa_1881', true);
    expect(again).to.deep.include({ isNew: false });
    expect(again.card).to.include({ id: second.card.id, isDefault: true, version: 2 });
    expect(await list()).to.have.length(2);
    expect((await add('tok_visa_4242', false, other.id)).isNew).to.equal(true);
  });

  it('are refused if expired or unknown, or if the gateway is unavailable', async () => {
    await expectCode(add('tok_expired'), 'card-expired');
    await expectCode(add('tok_nonsense'), 'invalid-card-token');
    await expectCode(add('tok_unavailable'), 'gateway-unavailable');
    await expectCode(add('tok_visa_4242', false, aUser().id), 'unauthenticated');
    expect(rows()).to.deep.equal([]);
  });

  it('expire while they are saved', async () => {
    const { card } = await add('tok_visa_4242');
    world.clock.advance(5 * 365 * 24 * 3_600_000);
    await expectCode(world.cardVault.tokenFor(member.id, card.id), 'card-expired');
    await expectCode(world.cardVault.tokenFor(member.id, null), 'card-expired');
  });

  it('become the default only from the expected version', async () => {
    await add('tok_visa_4242');
    const { card } = await add('tok_visa_1881');
    const choose = (expectedVersion: number | null, userId = member.id) =>
      world.chooseDefaultCard({ userId, cardId: card.id, expectedVersion });
    await expectCode(choose(7), 'version-mismatch');
    await expectCode(choose(1, other.id), 'not-found');
    expect(await choose(1)).to.include({ isDefault: true, version: 2 });
    expect(await choose(2)).to.include({ version: 2 });
    expect((await list()).filter(({ isDefault }) => isDefault)).to.have.length(1);
  });

  it('are deleted at the gateway after removal, then in the database', async () => {
    const { card } = await add('tok_visa_4242');
    const { card: heir } = await add('tok_visa_1881');
    const remove = (expectedVersion?: number) =>
      world.removeCard({ userId: member.id, cardId: card.id, expectedVersion });
    await expectCode(
      world.removeCard({ userId: other.id, cardId: card.id, expectedVersion: null }),
      'not-found',
    );
    await expectCode(remove(7), 'version-mismatch');
    await remove(1);
    await expectCode(remove(), 'not-found');
    expect(await list()).to.deep.equal([{ ...heir, isDefault: true }]);
    expect(rows()).to.have.length(2);

    world.paymentGateway.failure = new GatewayUnavailable();
    await world.runJobs().catch(() => undefined);
    expect(rows()).to.have.length(2);
    await world.detachCard({ cardId: card.id });
    await world.detachCard({ cardId: card.id });
    expect(world.paymentGateway.detached).to.deep.equal(['tok_visa_4242']);
    expect(rows()).to.deep.equal([{ ...heir, isDefault: true }]);
  });

  it('stay chargeable when saved again with the same token before the gateway deleted it', async () => {
    const { card } = await add('tok_visa_4242');
    await world.removeCard({ userId: member.id, cardId: card.id, expectedVersion: null });
    const { card: again, isNew } = await add('tok_visa_4242');
    expect(isNew).to.equal(true);
    await world.runJobs();
    expect(world.paymentGateway.detached).to.deep.equal([]);
    expect(rows()).to.deep.equal([again]);
  });

  it('are returned to other contexts by id or as the default, for their owner only', async () => {
    await expectCode(world.cardVault.tokenFor(member.id, null), 'no-card');
    const { card } = await add('tok_visa_4242');
    const lent = { cardId: card.id, gatewayToken: 'tok_visa_4242', last4: '4242' };
    expect(await world.cardVault.tokenFor(member.id, null)).to.deep.equal(lent);
    expect(await world.cardVault.tokenFor(member.id, card.id)).to.deep.equal(lent);
    await expectCode(world.cardVault.tokenFor(other.id, card.id), 'not-found');
    await expectCode(world.cardVault.tokenFor(other.id, null), 'no-card');
  });

  it('are visible to their owner, and to staff by user', async () => {
    const { card } = await add('tok_visa_4242');
    expect(await world.viewCard({ userId: member.id, cardId: card.id })).to.deep.equal(card);
    await expectCode(world.viewCard({ userId: other.id, cardId: card.id }), 'not-found');
    const nobody = world.listCards({ actorId: other.id, userId: aUser().id, page: { limit: 1 } });
    await expectCode(nobody, 'not-found');
  });
});
