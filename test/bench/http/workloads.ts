import { idOf } from './ids.js';
import { STAFF, type Sizes } from './data.js';

/** One request; made for every call, so cheap. */
export type Call = Readonly<{ path: string; headers: Readonly<Record<string, string>>; body?: string }>;
/** One kind of request, for Praxis and for the servers that serve the contract of test/bench/contestants. */
export type Workload = Readonly<{
  name: string;
  what: string;
  method: 'GET' | 'POST';
  praxis(n: number): Call;
  /** null: the contestants do not have it. */
  plain: ((n: number) => Call) | null;
}>;

/** Clients have many addresses, so that the limits count every request and refuse none. */
const ADDRESSES = 512;
const from = (n: number): Record<string, string> => ({
  'x-forwarded-for': `10.0.${(n >> 8) & 15}.${n & 255}`,
});
export const addressOf = (n: number) => from(n % ADDRESSES);

const JSON_TYPE = { 'content-type': 'application/json' };
const DAY_MS = 86_400_000;
const HALF_HOUR_MS = 1_800_000;
const SLOTS_A_DAY = 20;
const FIRST_SLOT_MS = 7 * 3_600_000;

export type World = Readonly<{
  sizes: Sizes;
  /** An access token of user `n`. */
  tokenOf(n: number): string;
  /** Midnight (UTC) of the first day that nobody has booked yet. */
  freeFrom: Date;
  /** Makes the keys of this run differ from those of the last. */
  run: string;
}>;

/** The accounts that posting `n` moves money between. */
export function pairOf(n: number, { envelopes }: Sizes): readonly [string, string] {
  const source = n % envelopes;
  const target = (source + 1 + ((n * 7) % (envelopes - 1))) % envelopes;
  return [idOf('account', 1 + source), idOf('account', 1 + target)];
}

/** The workloads over one data set. */
export function workloadsOn({ sizes, tokenOf, freeFrom, run }: World): readonly Workload[] {
  /** Never the last member, whose orders the gate compares. */
  const member = (n: number): number => 1 + (n % (sizes.members - 1));
  const bearer = (user: number) => ({ authorization: `Bearer ${tokenOf(user)}` });
  const productOf = (n: number): string => idOf('product', 1 + ((n * 37) % sizes.products));
  let keys = 0;
  const key = () => ({ 'idempotency-key': `${run}-${(keys += 1)}` });

  const linesOf = (n: number) =>
    [0, 1, 2].map((line) => ({ productId: productOf(n * 3 + line), quantity: 1 + (line % 2) }));

  let booked = 0;
  /** The next free start, and a patient without an appointment at that time. */
  function nextBooking() {
    const k = booked;
    booked += 1;
    const slot = Math.floor(k / sizes.doctors);
    const startMs =
      freeFrom.getTime() +
      Math.floor(slot / SLOTS_A_DAY) * DAY_MS +
      FIRST_SLOT_MS +
      (slot % SLOTS_A_DAY) * HALF_HOUR_MS;
    return {
      user: member(k),
      doctorId: idOf('doctor', 1 + (k % sizes.doctors)),
      appointmentTypeId: idOf('type', 1),
      startsAt: new Date(startMs).toISOString(),
    };
  }

  return [
    {
      name: 'product',
      what: 'product by id, anonymous',
      method: 'GET',
      praxis: (n) => ({ path: `/v1/products/${productOf(n)}`, headers: addressOf(n) }),
      plain: (n) => ({ path: `/products/${productOf(n)}`, headers: addressOf(n) }),
    },
    {
      name: 'orders',
      what: 'order history of a member, 20 orders of 3 lines nested, signed in',
      method: 'GET',
      praxis: (n) => ({ path: '/v1/orders?limit=20', headers: { ...addressOf(n), ...bearer(member(n)) } }),
      plain: (n) => ({ path: `/orders?userId=${idOf('user', member(n))}`, headers: addressOf(n) }),
    },
    {
      name: 'posts',
      what: '20 posts with author and comments, anonymous',
      method: 'GET',
      praxis: (n) => ({ path: '/v1/posts?limit=20&include=comments', headers: addressOf(n) }),
      plain: (n) => ({ path: '/posts', headers: addressOf(n) }),
    },
    {
      name: 'booking',
      what: 'book an appointment, signed in',
      method: 'POST',
      praxis(n) {
        const { user, ...booking } = nextBooking();
        const headers = { ...addressOf(n), ...JSON_TYPE, ...bearer(user) };
        return { path: '/v1/appointments', headers, body: JSON.stringify(booking) };
      },
      plain(n) {
        const { user, ...booking } = nextBooking();
        const { doctorId, startsAt } = booking;
        const body = { doctorId, startsAt, patientId: idOf('patient', user) };
        return {
          path: '/appointments',
          headers: { ...addressOf(n), ...JSON_TYPE },
          body: JSON.stringify(body),
        };
      },
    },
    {
      name: 'order',
      what: 'place an order of three lines, signed in, with an Idempotency-Key',
      method: 'POST',
      praxis: (n) => ({
        path: '/v1/orders',
        headers: { ...addressOf(n), ...JSON_TYPE, ...bearer(member(n)), ...key() },
        body: JSON.stringify({ lines: linesOf(n), payment: { method: 'desk' } }),
      }),
      plain: (n) => ({
        path: '/orders',
        headers: { ...addressOf(n), ...JSON_TYPE },
        body: JSON.stringify({ userId: idOf('user', member(n)), lines: linesOf(n) }),
      }),
    },
    {
      name: 'cash',
      what: 'post a cash transaction, signed in as staff, with an Idempotency-Key',
      method: 'POST',
      praxis(n) {
        const [sourceAccountId, targetAccountId] = pairOf(n, sizes);
        return {
          path: '/v1/cash/transactions',
          headers: { ...addressOf(n), ...JSON_TYPE, ...bearer(STAFF), ...key() },
          body: JSON.stringify({
            sourceAccountId,
            targetAccountId,
            amount: { amount: 1, currency: 'EUR' },
          }),
        };
      },
      plain: null,
    },
  ];
}
