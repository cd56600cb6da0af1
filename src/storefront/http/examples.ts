/** Values that the document shows. */
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const AT = '2026-11-21T09:00:00.000Z';

export const exampleProduct = {
  id: '019aa5b2-7c00-7000-8000-000000000101',
  sku: 'BRUSH-SOFT',
  name: 'Toothbrush, soft',
  description: 'For sensitive gums.',
  price: eur(490),
  isActive: true,
  inStock: true,
  version: 1,
  createdAt: AT,
  updatedAt: AT,
};
export const exampleStockedProduct = { ...exampleProduct, stock: 40 };

export const exampleMovement = {
  id: '019aa5b2-7c00-7000-8000-000000000102',
  delta: 20,
  reason: 'delivery 4711',
  createdAt: AT,
};

export const exampleDiscount = {
  id: '019aa5b2-7c00-7000-8000-000000000103',
  code: 'AUTUMN10',
  kind: 'percent',
  basisPoints: 1000,
  minSubtotal: eur(500),
  startsAt: null,
  endsAt: '2026-12-01T00:00:00.000Z',
  maxUses: 100,
  maxUsesPerUser: 1,
  isActive: true,
  used: 3,
  version: 1,
  createdAt: AT,
  updatedAt: AT,
};

const exampleLine = {
  productId: exampleProduct.id,
  sku: exampleProduct.sku,
  name: exampleProduct.name,
  quantity: 2,
  unitPrice: eur(490),
  discount: eur(98),
  total: eur(882),
};
export const exampleQuote = {
  lines: [exampleLine],
  subtotal: eur(980),
  discount: eur(98),
  total: eur(882),
  discountCode: 'AUTUMN10',
};

export const exampleOrder = {
  id: '019aa5b2-7c00-7000-8000-000000000104',
  number: 1001,
  userId: '019aa5b2-7c00-7000-8000-000000000001',
  status: 'processing',
  paymentStatus: 'paid',
  lines: [{ id: '019aa5b2-7c00-7000-8000-000000000105', ...exampleLine }],
  subtotal: eur(980),
  discount: eur(98),
  total: eur(882),
  discountCode: 'AUTUMN10',
  expiresAt: null,
  payments: [
    {
      id: '019aa5b2-7c00-7000-8000-000000000106',
      method: 'card',
      amount: eur(882),
      status: 'captured',
      cardLast4: '4242',
      createdAt: AT,
    },
  ],
  refunds: [],
  version: 2,
  createdAt: AT,
  updatedAt: AT,
};
export const exampleOrderRequest = {
  lines: [{ productId: exampleProduct.id, quantity: 2 }],
  discountCode: 'autumn10',
  payment: { method: 'card' },
  expectedTotal: eur(882),
};
export const exampleRefundRequest = {
  amount: eur(441),
  reason: 'one was broken',
  restock: [{ lineId: exampleOrder.lines[0]?.id, quantity: 1 }],
};
