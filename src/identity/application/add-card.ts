import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { addCard, assertGood, type Card, chooseDefault, newCard } from '../domain/card.js';
import { unauthenticated } from '../domain/errors.js';
import type { PaymentGateway } from '../../kernel/payment-gateway.js';
import type { IdentityPorts } from './ports.js';

/**
 * Saves the card of a gateway token. The first card becomes the default, a later one with `isDefault`. A physical card that
 * is already saved is returned as it is (`isNew` false). 422 `invalid-card-token`, `card-expired`,
 * `card-payments-off`; 503 `gateway-unavailable`.
 */
export type AddCard = (
  command: Readonly<{ userId: string; gatewayToken: string; isDefault: boolean }>,
) => Promise<Readonly<{ card: Card; isNew: boolean }>>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  paymentGateway: PaymentGateway;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeAddCard = ({ identityUnitOfWork, paymentGateway, clock, ids }: Dependencies): AddCard => {
  async function insert({ cards }: IdentityPorts, held: readonly Card[], card: Card, isDefault: boolean) {
    const { changed, added } = addCard(held, card, isDefault);
    for (const other of changed) await cards.save(other);
    await cards.insert(added);
    return { card: added, isNew: true };
  }

  async function keep({ cards }: IdentityPorts, held: readonly Card[], card: Card, isDefault: boolean) {
    const changed = isDefault ? chooseDefault(held, card, clock.now()) : [];
    for (const other of changed) await cards.save(other);
    return { card: changed.find(({ id }) => id === card.id) ?? card, isNew: false };
  }

  return async ({ userId, gatewayToken, isDefault }) => {
    const described = await paymentGateway.describe(gatewayToken);
    const now = clock.now();
    assertGood(described, now);
    const card = newCard({ id: ids.next(), userId, gatewayToken, ...described }, now);
    return identityUnitOfWork.run(async (ports) => {
      if ((await ports.users.lock(userId)) === undefined) throw unauthenticated();
      const held = await ports.cards.of(userId);
      const same = held.find(({ fingerprint }) => fingerprint === card.fingerprint);
      return same === undefined ? insert(ports, held, card, isDefault) : keep(ports, held, same, isDefault);
    });
  };
};
