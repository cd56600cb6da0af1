import { idOf } from './ids.js';
import { STAFF, type Sizes } from './data.js';

/** One request; made for every call, so cheap. */
export type Call = Readonly<{ path: string; headers: Readonly<Record<string, string>>; body?: string }>;
/** What is called how: `bare` is the path on the server written by hand. */
export type Workload = Readonly<{
  name: string;
  what: string;
  method: 'GET' | 'POST';
  signedIn: boolean;
  /** The ratio that is asked for. */
  goal: number;
  /** The path that must be in our document; without it there is nothing to measure. */
  route: string;
  ours(n: number): Call;
  /** null: there is no HTTP on the other side, but a loop on the driver. */
  bare: ((n: number) => Call) | null;
}>;

/** Everybody comes from an address of their own, so that the limits count but let them pass. */
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
  const member = (n: number): number => 1 + (n % sizes.members);
  const bearer = (user: number) => ({ authorization: `Bearer ${tokenOf(user)}` });
  const productOf = (n: number): string => idOf('product', 1 + ((n * 37) % sizes.products));
  let keys = 0;
  const key = () => ({ 'idempotency-key': `${run}-${(keys += 1)}` });

  const linesOf = (n: number) =>
    [0, 1, 2].map((line) => ({ productId: productOf(n * 3 + line), quantity: 1 + (line % 2) }));

  let booked = 0;
  /** The next start that is free, and the patient whom nothing keeps from it. */
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
      signedIn: false,
      goal: 0.8,
      route: '/v1/products/{id}',
      ours: (n) => ({ path: `/v1/products/${productOf(n)}`, headers: addressOf(n) }),
      bare: (n) => ({ path: `/products/${productOf(n)}`, headers: addressOf(n) }),
    },
    {
      name: 'orders',
      what: 'order history of a member, 20 orders of 3 lines nested, signed in',
      method: 'GET',
      signedIn: true,
      goal: 0.7,
      route: '/v1/orders',
      ours: (n) => ({ path: '/v1/orders?limit=20', headers: { ...addressOf(n), ...bearer(member(n)) } }),
      bare: (n) => ({ path: `/orders?userId=${idOf('user', member(n))}`, headers: addressOf(n) }),
    },
    {
      name: 'posts',
      what: '20 posts with author and comments, anonymous',
      method: 'GET',
      signedIn: false,
      goal: 0.8,
      route: '/v1/posts',
      ours: (n) => ({ path: '/v1/posts?limit=20&include=comments', headers: addressOf(n) }),
      bare: (n) => ({ path: '/posts', headers: addressOf(n) }),
    },
    {
      name: 'booking',
      what: 'book an appointment, signed in',
      method: 'POST',
      signedIn: true,
      goal: 0.9,
      route: '/v1/appointments',
      ours(n) {
        const { user, ...booking } = nextBooking();
        const headers = { ...addressOf(n), ...JSON_TYPE, ...bearer(user) };
        return { path: '/v1/appointments', headers, body: JSON.stringify(booking) };
      },
      bare(n) {
        const { user, ...booking } = nextBooking();
        const body = { ...booking, userId: idOf('user', user), patientId: idOf('patient', user) };
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
      signedIn: true,
      goal: 0.9,
      route: '/v1/orders',
      ours: (n) => ({
        path: '/v1/orders',
        headers: { ...addressOf(n), ...JSON_TYPE, ...bearer(member(n)), ...key() },
        body: JSON.stringify({ lines: linesOf(n), payment: { method: 'desk' } }),
      }),
      bare: (n) => ({
        path: '/orders',
        headers: { ...addressOf(n), ...JSON_TYPE },
        body: JSON.stringify({ userId: idOf('user', member(n)), lines: linesOf(n) }),
      }),
    },
    {
      name: 'cash',
      what: 'post a cash transaction, signed in as staff, with an Idempotency-Key, to a loop on the driver',
      method: 'POST',
      signedIn: true,
      goal: 0.3,
      route: '/v1/cash/transactions',
      ours(n) {
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
      bare: null,
    },
  ];
}
