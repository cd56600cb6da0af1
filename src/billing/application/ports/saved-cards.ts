/** A saved card that can be charged. The token goes to the gateway and is never stored here. */
export type ChargeableCard = Readonly<{ token: string; last4: string }>;

export interface SavedCards {
  /**
   * The user's card `cardId`, or the default card for null.
   * not_found, invalid `no-card`, `card-expired`
   */
  find(userId: string, cardId: string | null): Promise<ChargeableCard>;
}
