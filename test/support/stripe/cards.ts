/** The behaviour of a test card, by its last digits (docs.stripe.com/testing). */
export type TestCard = Readonly<{
  label: string;
  brand: string;
  last4: string;
  /** The decline of every charge. */
  decline?: Readonly<{ code: string; decline_code: string }>;
  needsAuthentication?: true;
  refundsFail?: true;
}>;

export const TEST_CARDS = {
  good: { label: 'A good Visa card', brand: 'visa', last4: '4242' },
  other: { label: 'A good Mastercard', brand: 'mastercard', last4: '4444' },
  declined: {
    label: 'A card that is declined',
    brand: 'visa',
    last4: '0002',
    decline: { code: 'card_declined', decline_code: 'generic_decline' },
  },
  insufficientFunds: {
    label: 'A card without funds',
    brand: 'visa',
    last4: '9995',
    decline: { code: 'card_declined', decline_code: 'insufficient_funds' },
  },
  stolen: {
    label: 'A stolen card',
    brand: 'visa',
    last4: '9979',
    decline: { code: 'card_declined', decline_code: 'stolen_card' },
  },
  expired: {
    label: 'An expired card',
    brand: 'visa',
    last4: '0069',
    decline: { code: 'expired_card', decline_code: 'expired_card' },
  },
  needsAuthentication: {
    label: 'A card that needs authentication',
    brand: 'visa',
    last4: '3184',
    needsAuthentication: true,
  },
  refundsRefused: { label: 'A card whose refunds fail', brand: 'visa', last4: '5126', refundsFail: true },
} as const satisfies Record<string, TestCard>;
export type TestCardName = keyof typeof TEST_CARDS;

export const cardOfLast4 = (last4: string): TestCard => {
  const card = Object.values<TestCard>(TEST_CARDS).find((each) => each.last4 === last4);
  if (card === undefined) throw new Error(`there is no test card ${last4}`);
  return card;
};
