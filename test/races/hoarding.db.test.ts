import { expect } from 'chai';
import type { ClinicPorts } from '../../src/clinic/application/ports.js';
import { makeBookAppointment } from '../../src/clinic/application/book-appointment.js';
import type { BookingLimits } from '../../src/clinic/domain/booking-limits.js';
import { DomainError } from '../../src/kernel/errors.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { makePlaceOrder } from '../../src/storefront/application/place-order.js';
import type { StorefrontPorts } from '../../src/storefront/application/ports.js';
import type { OrderLimits } from '../../src/storefront/domain/order-limits.js';
import { barrier } from '../support/barrier.js';
import { type ClinicCradle, givenDoctor, givenType, givenUser, onMonday } from '../support/clinic-world.js';
import { makeUnlockedDiary } from '../support/unlocked-diary.js';
import { openOnPostgres, type OnPostgres } from '../support/container-on-postgres.js';
import { openConnections } from '../support/open-connections.js';
import { buy, makeBuyers, staff, stocked, type ShopCradle } from '../support/shop-on-postgres.js';

const RACERS = 20;
const LIMIT = 5;
const DESK = { payment: { method: 'desk' } } as const;

async function tallyOf(work: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const tally: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof DomainError)) throw outcome.reason;
    const code = outcome.status === 'fulfilled' ? 'ok' : (outcome.reason as DomainError).code;
    tally[code] = (tally[code] ?? 0) + 1;
  }
  return tally;
}

/** The unit of work with some of its ports replaced. */
const withPorts = <Ports extends object>(
  unitOfWork: UnitOfWork<Ports>,
  replace: (ports: Ports) => Partial<Ports>,
): UnitOfWork<Ports> => {
  const replaced = (ports: Ports): Ports => {
    const mine = replace(ports);
    return new Proxy(ports, {
      get: (target, name) => (name in mine ? mine[name as keyof Ports] : target[name as keyof Ports]),
    });
  };
  return {
    run: (work) => unitOfWork.run((ports) => work(replaced(ports))),
    runInNewTransaction: (work) => unitOfWork.runInNewTransaction((ports) => work(replaced(ports))),
  };
};

describe(`${RACERS} concurrent bookings of one member`, () => {
  let postgres: OnPostgres<ClinicCradle>;
  afterEach(() => postgres.close());

  async function open(bookingLimits: BookingLimits) {
    postgres = await openOnPostgres<ClinicCradle>({ bookingLimits }, { DATABASE_POOL_MAX: '20' });
    const { cradle } = postgres;
    await openConnections(cradle.sequelize, RACERS);
    const doctors = await Promise.all(Array.from({ length: RACERS }, () => givenDoctor(cradle)));
    const typeId = await givenType(cradle);
    const book =
      (caller: Awaited<ReturnType<typeof givenUser>>, bookAppointment = cradle.bookAppointment) =>
      (doctorId: string, n: number) =>
        bookAppointment({
          caller,
          doctorId,
          appointmentTypeId: typeId,
          startsAt: onMonday(n * 30),
          reason: null,
          overrideHours: false,
        });
    return { cradle, doctors, book };
  }

  it('stop at the limit of open appointments, also when the member has no patient file yet', async () => {
    const { cradle, doctors, book } = await open({ openAppointments: LIMIT, bookingsPerHour: null });
    const member = await givenUser(cradle);
    expect(await tallyOf(doctors.map(book(member)))).to.deep.equal({
      ok: LIMIT,
      'too-many-open-appointments': RACERS - LIMIT,
    });
    expect(await tallyOf(doctors.map(book(member)))).to.deep.equal({ 'too-many-open-appointments': RACERS });
  });

  it('stop at the hourly limit, with a Retry-After', async () => {
    const { cradle, doctors, book } = await open({ openAppointments: null, bookingsPerHour: LIMIT });
    const member = await givenUser(cradle);
    expect(await tallyOf(doctors.map(book(member)))).to.deep.equal({
      ok: LIMIT,
      'rate-limited': RACERS - LIMIT,
    });
    const refused = await book(member)(doctors[0]!, 40).then(
      () => undefined,
      (error: unknown) => error as DomainError,
    );
    expect(refused?.details['retryAfterSeconds']).to.be.within(3_000, 3_600);
  });

  it('control: exceed the limit when the diary is not locked', async () => {
    const limits = { openAppointments: LIMIT, bookingsPerHour: null };
    const { cradle, doctors, book } = await open(limits);
    const member = await givenUser(cradle);
    await book(member)(doctors[0]!, 40);
    const allHaveRead = barrier(RACERS);
    const clinicUnitOfWork = withPorts<ClinicPorts>(cradle.clinicUnitOfWork, (ports) => ({
      diary: {
        async lockAndRead(request) {
          const found = await makeUnlockedDiary(ports).lockAndRead(request);
          await allHaveRead();
          return found;
        },
      },
    }));
    const container = postgres.container.cradle as Parameters<typeof makeBookAppointment>[0];
    const naive = makeBookAppointment({
      clinicUnitOfWork,
      bookingLimits: limits,
      timeZones: container.timeZones,
      clock: container.clock,
      ids: container.ids,
    });
    expect(await tallyOf(doctors.map(book(member, naive)))).to.deep.equal({ ok: RACERS });
  });

  it('have no limit when staff make them', async () => {
    const { cradle, doctors, book } = await open({ openAppointments: 1, bookingsPerHour: 1 });
    expect(await tallyOf(doctors.map(book(await givenUser(cradle, 'staff'))))).to.deep.equal({ ok: RACERS });
  });
});

describe(`${RACERS} concurrent orders of one member`, () => {
  let postgres: OnPostgres<ShopCradle>;
  afterEach(() => postgres.close());

  async function open(orderLimits: OrderLimits) {
    // The naive control reads on a second connection.
    postgres = await openOnPostgres<ShopCradle>({ orderLimits }, { DATABASE_POOL_MAX: String(2 * RACERS) });
    const { cradle } = postgres;
    await openConnections(cradle.sequelize, RACERS);
    const products = await Promise.all(Array.from({ length: RACERS }, () => stocked(cradle, 100)));
    const [buyerId, otherId] = (await makeBuyers(cradle, 2)) as [string, string];
    return { cradle, products, buyerId, otherId };
  }

  it('stop at the limit of unpaid orders, until one is cancelled', async () => {
    const { cradle, products, buyerId, otherId } = await open({ unpaidOrders: LIMIT, unpaidPieces: null });
    const order = (productId: string) => buy(cradle, buyerId, [productId], DESK);
    expect(await tallyOf(products.map(order))).to.deep.equal({
      ok: LIMIT,
      'too-many-unpaid-orders': RACERS - LIMIT,
    });
    expect(await tallyOf([buy(cradle, otherId, [products[0]!], DESK)])).to.deep.equal({ ok: 1 });
    const clerk = { caller: staff(otherId), userId: buyerId };
    expect(await tallyOf([buy(cradle, otherId, [products[0]!], { ...DESK, ...clerk })])).to.deep.equal({
      ok: 1,
    });
  });

  it('stop at the limit of unpaid pieces', async () => {
    const { cradle, products, buyerId } = await open({ unpaidOrders: null, unpaidPieces: 2 * LIMIT });
    const order = (productId: string) =>
      buy(cradle, buyerId, [], { ...DESK, lines: [{ productId, quantity: 2 }] });
    expect(await tallyOf(products.map(order))).to.deep.equal({
      ok: LIMIT,
      'too-many-unpaid-pieces': RACERS - LIMIT,
    });
  });

  it('control: exceed the limit when the buyer is not locked', async () => {
    const orderLimits = { unpaidOrders: LIMIT, unpaidPieces: null };
    const { cradle, products, buyerId } = await open(orderLimits);
    const allHaveRead = barrier(RACERS);
    const storefrontUnitOfWork = withPorts<StorefrontPorts>(cradle.storefrontUnitOfWork, ({ orders }) => ({
      orders: {
        ...orders,
        lockUnpaidOf: async (userId) => {
          const page = { limit: 100 };
          const { items } = await cradle.orderQueries.list({ userId, statuses: ['pending'] }, page, true);
          await allHaveRead();
          return { orders: items.length, pieces: 0 };
        },
      },
    }));
    const container = postgres.container.cradle as Parameters<typeof makePlaceOrder>[0];
    const { orderQueries, cardCharges, collectPayment, buyers, practice, clock, ids } = container;
    const placeOrder = makePlaceOrder({
      storefrontUnitOfWork,
      orderLimits,
      orderQueries,
      cardCharges,
      collectPayment,
      buyers,
      practice,
      clock,
      ids,
    });
    expect(
      await tallyOf(products.map((productId) => buy({ placeOrder }, buyerId, [productId], DESK))),
    ).to.deep.equal({ ok: RACERS });
  });
});
