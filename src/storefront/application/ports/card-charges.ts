/** A saved card that can be charged. The token goes to the gateway and is never stored here. */
export type ChargeableCard = Readonly<{ token: string; last4: string }>;

/**
 * Saved cards and the payment gateway, a remote system: never called inside a unit of work. `key` makes a charge or a
 * refund idempotent: repeating it moves no money.
 */
export interface CardCharges {
  /**
   * The user's card `cardId`, or the default card for null.
   * not_found, invalid `no-card`, `card-expired`, `card-payments-off`
   */
  resolveCard(userId: string, cardId: string | null): Promise<ChargeableCard>;
  /** inDoubt: no answer in time. refused: the gateway is unreachable and has certainly charged nothing. Minor units. */
  charge(
    charge: Readonly<{ key: string; token: string; amount: number; currency: string }>,
  ): Promise<'captured' | 'declined' | 'inDoubt' | 'refused'>;
  /** The outcome of a charge. unknown: the gateway never got it. unreachable: the gateway does not answer at present. */
  outcomeOf(key: string): Promise<'captured' | 'declined' | 'unknown' | 'unreachable'>;
  refund(
    refund: Readonly<{ key: string; chargeKey: string; amount: number }>,
  ): Promise<'succeeded' | 'failed' | 'inDoubt'>;
}
