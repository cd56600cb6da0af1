import { toPage, type Page } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { PaymentFilter, PaymentQueries } from '../../application/ports.js';
import type { PaymentState } from '../../../kernel/payments.js';
import type { RefundState } from '../../../kernel/payments.js';
import { paymentAttributes, type PaymentColumns } from './models/payment.js';
import { refundAttributes, type RefundColumns } from './models/refund.js';
import { toPayment, toRefund } from './rows.js';

const SELECT_PAYMENTS = `SELECT ${columns(paymentAttributes(), 'p')} FROM billing_payments p`;
const SELECT_REFUNDS = `SELECT ${columns(refundAttributes(), 'r')} FROM billing_refunds r`;

const PAYMENT: Statement = { name: 'billing_payment', text: `${SELECT_PAYMENTS} WHERE p.id = $1` };
const REFUND: Statement = { name: 'billing_refund', text: `${SELECT_REFUNDS} WHERE r.id = $1` };

/** A list of payments or refunds from the table with the alias `t`, newest first. */
const listOf = <State>(name: string, select: string, t: string): List<PaymentFilter<State>> => ({
  name,
  filters: {
    payerId: (id, bind) => `${t}.payer_id = ${bind(id)}::uuid`,
    origin: ({ type, id }, bind) =>
      `${t}.origin_type = ${bind(type)}::text AND ${t}.origin_id = ${bind(id)}::uuid`,
    statuses: (statuses, bind) => `${t}.status = ANY (${bind(statuses)}::text[])`,
    from: (from, bind) => `${t}.created_at >= ${bind(from)}::timestamptz`,
    to: (to, bind) => `${t}.created_at < ${bind(to)}::timestamptz`,
  },
  sortKeys: [
    { sql: `${t}.created_at`, type: 'timestamptz' },
    { sql: `${t}.id`, type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `${select} ${where} ${orderBy} ${limit}`,
});
const PAYMENTS = listOf<PaymentState>('billing_payments', SELECT_PAYMENTS, 'p');
const REFUNDS = listOf<RefundState>('billing_refunds', SELECT_REFUNDS, 'r');

/** Each branch uses its own partial index. */
const OPEN: Statement = {
  name: 'billing_open_payments',
  text: `
    ${SELECT_PAYMENTS} WHERE p.status = 'processing' AND p.created_at < $1
    UNION ALL
    ${SELECT_PAYMENTS} WHERE p.status = 'failed' AND p.settled_at > $2
    ORDER BY status DESC, "createdAt", id LIMIT $3`,
};
const OPEN_REFUNDS: Statement = {
  name: 'billing_open_refunds',
  text: `
    ${SELECT_REFUNDS} WHERE r.status = 'pending' AND r.method = 'card' AND r.created_at < $1
    ORDER BY r.created_at, r.id LIMIT $2`,
};

const toKeyedPage = <Item extends Readonly<{ id: string; createdAt: Date }>>(
  items: readonly Item[],
  limit: number,
): Page<Item> => toPage(items, limit, ({ createdAt, id }) => [createdAt.getTime(), id]);

export const makePaymentQueries = ({ database }: { database: Database }): PaymentQueries => ({
  async find(paymentId) {
    const [row] = await database.rows<PaymentColumns>(PAYMENT, [paymentId]);
    return row && toPayment(row);
  },
  async findRefund(refundId) {
    const [row] = await database.rows<RefundColumns>(REFUND, [refundId]);
    return row && toRefund(row);
  },
  async list(filter, page) {
    const { statement, values } = listStatement(PAYMENTS, { filter, page, direction: 'DESC' });
    return toKeyedPage((await database.rows<PaymentColumns>(statement, values)).map(toPayment), page.limit);
  },
  async listRefunds(filter, page) {
    const { statement, values } = listStatement(REFUNDS, { filter, page, direction: 'DESC' });
    return toKeyedPage((await database.rows<RefundColumns>(statement, values)).map(toRefund), page.limit);
  },
  async open({ begunBefore, failedSince }, limit) {
    return (await database.rows<PaymentColumns>(OPEN, [begunBefore, failedSince, limit])).map(toPayment);
  },
  async openRefunds(begunBefore, limit) {
    return (await database.rows<RefundColumns>(OPEN_REFUNDS, [begunBefore, limit])).map(toRefund);
  },
});
