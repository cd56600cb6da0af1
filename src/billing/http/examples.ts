/** Values that the document shows. */
export const examplePayment = {
  id: '019aa5b2-7c00-7000-8000-000000000401',
  origin: { type: 'appointment', id: '019aa5b2-7c00-7000-8000-000000000301' },
  method: 'card',
  amount: { amount: 4500, currency: 'EUR' },
  status: 'captured',
  cardLast4: '4242',
  createdAt: '2026-11-21T09:00:00.000Z',
} as const;

export const exampleRefund = {
  id: '019aa5b2-7c00-7000-8000-000000000402',
  paymentId: examplePayment.id,
  origin: examplePayment.origin,
  method: 'desk',
  amount: { amount: 4500, currency: 'EUR' },
  reason: 'appointment cancelled',
  status: 'pending',
  createdAt: '2026-11-22T09:00:00.000Z',
} as const;
