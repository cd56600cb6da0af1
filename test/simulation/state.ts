import { people, type Registers } from './commands.js';
import type { Application } from './application.js';

const inTurn = async <Item, Result>(
  items: readonly Item[],
  of: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (const item of items) results.push(await of(item));
  return results;
};

/** Everything that a run may change, without ids and numbers, which differ between adapters. */
export async function stateOf({ cradle, clock }: Application, made: Registers): Promise<unknown> {
  const place = (list: readonly string[]) => (id: string | null) => (id === null ? null : list.indexOf(id));
  const productAt = place(made.products);
  return {
    people: await inTurn(people, async ({ id }) => {
      const user = await cradle.userQueries.find(id);
      const cards = await cradle.cardQueries.list(id, { limit: 100 });
      return [
        user?.role,
        user?.disabledAt,
        user?.erasedAt,
        user?.version,
        (cards?.items ?? []).map(({ last4, isDefault }) => [last4, isDefault]).sort(),
      ];
    }),
    products: await inTurn(made.products, async (id) => {
      const stocked = await cradle.productQueries.find(id);
      return [stocked?.product.price, stocked?.product.isActive, stocked?.product.version, stocked?.stock];
    }),
    discounts: await inTurn(
      made.codes,
      async (code) => (await cradle.discountQueries.findByCode(code))?.used,
    ),
    orders: await inTurn(made.orders, async (id) => {
      const order = await cradle.orderQueries.find(id);
      return (
        order && {
          status: order.status,
          totals: [order.subtotal, order.discount, order.total, order.discountCode, order.version],
          expiresAt: order.expiresAt,
          lines: order.lines.map(({ productId, quantity, total }) => [productAt(productId), quantity, total]),
          payments: order.payments.map(({ method, status, amount, createdAt, settledAt }) => [
            method,
            status,
            amount,
            createdAt,
            settledAt,
          ]),
          refunds: order.refunds.map(({ status, amount, restock }) => [
            status,
            amount,
            restock.map(({ quantity }) => quantity),
          ]),
        }
      );
    }),
    appointments: await inTurn(made.appointments, async (id) => {
      const view = await cradle.clinicQueries.appointment(id);
      return (
        view && [
          view.status,
          view.startsAt,
          view.endsAt,
          place(made.doctors)(view.doctor.id),
          place(made.types)(view.appointmentType.id),
          view.rescheduleCount,
          view.version,
          view.paymentStatus,
          view.cancelledBy,
        ]
      );
    }),
    accounts: await inTurn(made.accounts, (accountId) =>
      cradle.cashQueries.balance({ accountId }, clock.now(), 'recorded'),
    ),
    realAccounts: await inTurn(
      (await cradle.cashQueries.realAccounts({}, { limit: 100 })).items,
      async ({ id, name }) => {
        const balance = await cradle.cashQueries.balance({ realAccountId: id }, clock.now(), 'effective');
        return [name, balance?.balance, balance?.held];
      },
    ),
    transactions: (await cradle.cashQueries.transactions({}, { limit: 100 })).items.map(
      ({ amount, description, effectiveAt, origin }) => [
        amount,
        effectiveAt,
        origin?.type,
        origin === null ? description : null,
      ],
    ),
    holds: await inTurn(made.holds, async (id) => (await cradle.cashQueries.hold(id))?.status),
  };
}
