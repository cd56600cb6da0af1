import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { PaymentGateway } from '../../kernel/payment-gateway.js';
import type { IdentityPorts } from './ports.js';

/** The job after a card was removed: deletes the token at the gateway, then the card. */
export type DetachCard = (job: Readonly<{ cardId: string }>) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  paymentGateway: PaymentGateway;
}>;

export const makeDetachCard =
  ({ identityUnitOfWork, paymentGateway }: Dependencies): DetachCard =>
  async ({ cardId }) => {
    const found = await identityUnitOfWork.run(async ({ users, cards }) => {
      const card = await cards.find(cardId);
      if (card === undefined || card.removedAt === null) return undefined;
      await users.lock(card.userId);
      const others = await cards.of(card.userId);
      return { card, inUse: others.some(({ gatewayToken }) => gatewayToken === card.gatewayToken) };
    });
    if (found === undefined) return;
    // The card was saved again with the same token: it must stay chargeable.
    if (!found.inUse) await paymentGateway.detach(found.card.gatewayToken);
    await identityUnitOfWork.run(({ cards }) => cards.delete(cardId));
  };
