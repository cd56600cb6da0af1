import type { Clock } from '../../../src/kernel/clock.js';
import type { IdGenerator } from '../../../src/kernel/ids.js';
import type { Outbox } from '../../../src/kernel/outbox.js';
import {
  isProcessing,
  type Payment,
  type PaymentHistory,
  type Refund,
} from '../../../src/kernel/payments.js';
import type { Origin } from '../../../src/kernel/receivable.js';
import { makeBilling } from '../../../src/billing/application/billing.js';
import type {
  BillingPorts,
  PaymentFilter,
  PaymentQueries,
  PaymentRepository,
} from '../../../src/billing/application/ports.js';
import { paymentInDoubt } from '../../../src/billing/domain/errors.js';
import { restorePayment } from '../../../src/billing/domain/payment.js';
import { restoreRefund } from '../../../src/billing/domain/refund.js';
import { makeAsync, pageOf } from './adapters.js';
import type { InMemoryStore } from './store.js';

export type BillingRows = ReturnType<typeof makeRows>;

const makeRows = (store: InMemoryStore) => ({
  payments: store.table<Payment>('billingPayments'),
  refunds: store.table<Refund>('billingRefunds'),
});

const belongsTo =
  ({ type, id }: Origin) =>
  ({ origin }: Readonly<{ origin: Origin }>): boolean =>
    origin.type === type && origin.id === id;

type Item = Readonly<{ id: string; createdAt: Date }>;
const oldestFirst = (a: Item, b: Item): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);

/** The payments and refunds of an origin, as `Billing.historyOf` returns them. */
export const historyIn = ({ payments, refunds }: BillingRows, origin: Origin): PaymentHistory => ({
  payments: payments.all().filter(belongsTo(origin)).sort(oldestFirst).map(restorePayment),
  refunds: refunds.all().filter(belongsTo(origin)).sort(oldestFirst).map(restoreRefund),
});

function makeRepository(rows: BillingRows): PaymentRepository {
  const { payments, refunds } = rows;
  const find = (id: string) => {
    const row = payments.get(id);
    return row && restorePayment(row);
  };
  return {
    find: makeAsync(find),
    findRefund: makeAsync((id) => {
      const row = refunds.get(id);
      return row && restoreRefund(row);
    }),
    historyOf: makeAsync((origin) => historyIn(rows, origin)),
    insert: makeAsync((payment) => {
      if (isProcessing(payment) && historyIn(rows, payment.origin).payments.some(isProcessing))
        throw paymentInDoubt();
      payments.put(payment);
    }),
    save: makeAsync((payment) => {
      payments.put({ ...payment, gatewayReference: find(payment.id)?.gatewayReference ?? null });
    }),
    saveGatewayReference: makeAsync((id, gatewayReference) => {
      const payment = find(id);
      if (payment === undefined || !isProcessing(payment)) return false;
      payments.put({ ...payment, gatewayReference });
      return true;
    }),
    insertRefunds: makeAsync((items) => {
      for (const item of items) refunds.put(item);
    }),
    saveRefund: makeAsync((refund) => {
      refunds.put(refund);
    }),
  };
}

function makeQueries({ payments, refunds }: BillingRows): PaymentQueries {
  const matches =
    <State extends string>({ payerId, origin, statuses, from, to }: PaymentFilter<State>) =>
    (item: Readonly<{ payerId: string | null; origin: Origin; status: State; createdAt: Date }>): boolean =>
      (payerId === undefined || item.payerId === payerId) &&
      (origin === undefined || belongsTo(origin)(item)) &&
      (statuses === undefined || statuses.includes(item.status)) &&
      (from === undefined || item.createdAt >= from) &&
      (to === undefined || item.createdAt < to);
  const createdAt = (item: Item): Date => item.createdAt;
  return {
    find: makeAsync((id) => payments.get(id)),
    findRefund: makeAsync((id) => refunds.get(id)),
    list: makeAsync((filter, { limit, after }) =>
      pageOf(payments.all().filter(matches(filter)), createdAt, limit, after),
    ),
    listRefunds: makeAsync((filter, { limit, after }) =>
      pageOf(refunds.all().filter(matches(filter)), createdAt, limit, after),
    ),
    open: makeAsync(({ begunBefore, failedSince }, limit) =>
      payments
        .all()
        .filter(({ status, createdAt: at, settledAt }) =>
          status === 'processing' ? at < begunBefore : status === 'failed' && settledAt! > failedSince,
        )
        .sort((a, b) => Number(isProcessing(b)) - Number(isProcessing(a)) || oldestFirst(a, b))
        .slice(0, limit),
    ),
    openRefunds: makeAsync((begunBefore, limit) =>
      refunds
        .all()
        .filter(
          ({ status, method, createdAt: at }) =>
            status === 'pending' && method === 'card' && at < begunBefore,
        )
        .sort(oldestFirst)
        .slice(0, limit),
    ),
  };
}

type Neighbours = Pick<BillingPorts, 'paymentBookkeeper' | 'idempotencyKeys'> &
  Readonly<{
    /** A function, because the contexts of the origins need `billing`. */
    paymentOrigins: () => BillingPorts['paymentOrigins'];
    outbox: Outbox;
    clock: Clock;
    ids: IdGenerator;
  }>;

/** Every port of billing in memory, over the store of the contexts that it takes money for. */
export function makeInMemoryBilling(store: InMemoryStore, neighbours: Neighbours) {
  const rows = makeRows(store);
  const { paymentBookkeeper, outbox, idempotencyKeys, clock, ids } = neighbours;
  const payments = makeRepository(rows);
  const ports: BillingPorts = {
    payments,
    get paymentOrigins() {
      return neighbours.paymentOrigins();
    },
    paymentBookkeeper,
    outbox,
    idempotencyKeys,
  };
  return {
    rows,
    payments,
    billing: makeBilling({ payments, paymentBookkeeper, outbox, clock, ids }),
    paymentQueries: makeQueries(rows),
    billingUnitOfWork: store.unitOfWork(ports),
  };
}
