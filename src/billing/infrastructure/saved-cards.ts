import type { CardVault } from '../../identity/index.js';
import type { SavedCards } from '../application/ports.js';

/** Saved cards through the public API of identity. */
export const makeSavedCards = ({ cardVault }: { cardVault: CardVault }): SavedCards => ({
  async find(userId, cardId) {
    const { gatewayToken, last4 } = await cardVault.tokenFor(userId, cardId);
    return { token: gatewayToken, last4 };
  },
});
