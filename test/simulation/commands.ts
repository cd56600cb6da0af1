import fc from 'fast-check';
import { DAY, HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import type { SignedIn } from '../../src/identity/application/sign-in.js';
import type { Role } from '../../src/identity/application/ports.js';
import { ROUND_THE_CLOCK, TYPE_DETAILS } from '../support/clinic-world.js';
import { aUser } from '../support/builders/identity.js';
import { MAIL_AWAY, type Application } from './application.js';

export const eur = (amount: number) => ({ amount, currency: 'EUR' });
const PASSWORD = 'correct horse';
const CLIENT = { ip: '192.0.2.1', userAgent: 'test' };
/** Appointments are requested for the week after the beginning, with so few starts that they conflict. */
const MONDAY = new Date('2026-11-09T08:00:00.000Z');

/** The people of a run. The first is the first admin, the second is staff; the others buy and are patients. */
const PEOPLE: readonly Role[] = ['admin', 'staff', 'member', 'member', 'member', 'admin'];
const userId = (index: number): string => `0192ffff-0000-7000-8000-${String(index + 1).padStart(12, '0')}`;
export const people = PEOPLE.map((role, index) =>
  aUser({ id: userId(index), email: `person-${index}@praxis.test`, role }),
);
const [ADMIN = '', STAFF = ''] = people.map(({ id }) => id);
const TOKENS = ['tok_visa_4242', 'tok_visa_1881', 'tok_declined', 'tok_timeout', 'tok_unavailable'];

/** What a run has made so far, in the order of making. Commands pick from it by number. */
export class Registers {
  readonly products: string[] = [];
  readonly orders: string[] = [];
  readonly codes: string[] = [];
  readonly doctors: string[] = [];
  readonly types: string[] = [];
  readonly appointments: string[] = [];
  readonly cards: { userId: string; cardId: string }[] = [];
  readonly sessions: { userId: string; sessionId: string; refreshToken: string }[] = [];
  readonly accounts: string[] = [];
  readonly realAccounts: string[] = [];
  readonly transactions: string[] = [];
  readonly holds: string[] = [];
}

/** Thrown for a command without an object, which no client would send. */
export class NothingThere extends Error {}

const pick = <Item>(items: readonly Item[], number: number): Item => {
  const item = items[number % items.length];
  if (item === undefined) throw new NothingThere();
  return item;
};
const member = (number: number): string => pick(people, 2 + (number % 3)).id;
/** Who calls: mostly a member, sometimes staff. */
const callerOf = (number: number): { userId: string; role: Role; isStaff: boolean } =>
  number % 4 === 3
    ? { userId: STAFF, role: 'staff', isStaff: true }
    : { userId: member(number), role: 'member', isStaff: false };
const staff = { userId: STAFF, role: 'staff', isStaff: true } as const;

/** The numbers of a command; each command reads them as it likes, so that they shrink alike. */
type Numbers = readonly [number, number, number, number, number];
type Run = (application: Application, made: Registers, numbers: Numbers) => Promise<unknown>;

const payment = (number: number, made: Registers, userIdOf: string) => {
  if (number % 4 === 3) return { method: 'desk' } as const;
  const own = made.cards.filter((card) => card.userId === userIdOf);
  return {
    method: 'card',
    cardId: number % 4 === 0 || own.length === 0 ? null : pick(own, number).cardId,
  } as const;
};
const startOf = (number: number): Date => plus(MONDAY, (number % 8) * 30 * MINUTE);

const identity: Record<string, Run> = {
  addCard: async ({ cradle }, made, [who, token, first]) => {
    const owner = member(who);
    const { card } = await cradle.addCard({
      userId: owner,
      gatewayToken: pick(TOKENS, token),
      isDefault: first % 2 === 0,
    });
    if (!made.cards.some(({ cardId }) => cardId === card.id))
      made.cards.push({ userId: owner, cardId: card.id });
  },
  chooseDefaultCard: ({ cradle }, made, [card]) =>
    cradle.chooseDefaultCard({ ...pick(made.cards, card), expectedVersion: null }),
  removeCard: ({ cradle }, made, [card]) =>
    cradle.removeCard({ ...pick(made.cards, card), expectedVersion: null }),
  signIn: async ({ cradle }, made, [who, wrong]) => {
    const { id, email } = pick(people, who);
    const password = wrong % 5 === 0 ? 'wrong horse' : PASSWORD;
    remember(made, id, await cradle.signIn({ email, password, client: CLIENT }));
  },
  refreshSession: async ({ cradle }, made, [session]) => {
    const { userId: owner, refreshToken } = pick(made.sessions, session);
    remember(made, owner, await cradle.refreshSession({ refreshToken, client: CLIENT }));
  },
  endSession: ({ cradle }, made, [session]) => {
    const { userId: owner, sessionId } = pick(made.sessions, session);
    return cradle.endSession({ userId: owner, sessionId, client: CLIENT });
  },
  changeRole: ({ cradle }, _, [who, role]) =>
    cradle.changeRole({
      actorId: ADMIN,
      userId: pick([...people.slice(4), people[0]!], who).id,
      role: pick(['member', 'staff', 'admin'], role),
      expectedVersion: null,
      client: CLIENT,
    }),
  disableUser: ({ cradle }, _, [who]) =>
    cradle.disableUser({
      actorId: ADMIN,
      userId: pick([...people.slice(4), people[0]!], who).id,
      expectedVersion: null,
      client: CLIENT,
    }),
  enableUser: ({ cradle }, _, [who]) =>
    cradle.enableUser({
      actorId: ADMIN,
      userId: pick(people, who).id,
      expectedVersion: null,
      client: CLIENT,
    }),
  eraseUser: ({ cradle }, _, [who, really]) => {
    if (really % 4 !== 0) throw new NothingThere();
    return cradle.eraseUser({
      actorId: ADMIN,
      userId: pick([people[5]!, people[0]!, people[4]!], who).id,
      expectedVersion: null,
      client: CLIENT,
    });
  },
};

function remember(made: Registers, owner: string, { sessionId, refreshToken }: SignedIn): void {
  made.sessions.push({ userId: owner, sessionId, refreshToken });
}

const shop: Record<string, Run> = {
  addProduct: ({ cradle }, made, [price, stock]) => addProduct(cradle, made, price % 3_000, stock % 8),
  adjustStock: ({ cradle }, made, [product, delta]) =>
    cradle.adjustStock({
      productId: pick(made.products, product),
      delta: (delta % 9) - 4 || 1,
      reason: 'counted',
    }),
  changeProduct: ({ cradle }, made, [product, price, active]) =>
    cradle.changeProduct({
      productId: pick(made.products, product),
      changes: { price: eur(price % 3_000), isActive: active % 4 !== 0 },
      expectedVersion: null,
    }),
  placeOrder: async ({ cradle }, made, [who, product, quantity, code, how]) => {
    const caller = callerOf(who);
    const lines = [
      { productId: pick(made.products, product), quantity: 1 + (quantity % 3) },
      { productId: pick(made.products, product + quantity), quantity: 1 },
    ];
    const buyer = caller.isStaff ? member(who) : null;
    const discountCode = code % 3 === 0 ? null : pick(made.codes, code);
    const order = { caller, userId: buyer, lines, discountCode, expectedTotal: null };
    try {
      made.orders.push(
        (await cradle.placeOrder({ ...order, payment: payment(how, made, buyer ?? caller.userId) })).id,
      );
    } catch (error) {
      // The order exists all the same, and waits for payment.
      const { orderId } = { orderId: undefined, ...(error as { details?: { orderId?: string } }).details };
      if (orderId !== undefined) made.orders.push(orderId);
      throw error;
    }
  },
  payOrder: ({ cradle }, made, [who, order, how]) => {
    const caller = callerOf(who);
    return cradle.payOrder({
      caller,
      orderId: pick(made.orders, order),
      payment: payment(how, made, caller.userId),
    });
  },
  cancelOrder: ({ cradle }, made, [who, order]) =>
    cradle.cancelOrder({
      caller: callerOf(who),
      orderId: pick(made.orders, order),
      expectedVersion: undefined,
    }),
  shipOrder: ({ cradle }, made, [order]) =>
    cradle.shipOrder({ caller: staff, orderId: pick(made.orders, order), expectedVersion: undefined }),
  deliverOrder: ({ cradle }, made, [order]) =>
    cradle.deliverOrder({ caller: staff, orderId: pick(made.orders, order), expectedVersion: undefined }),
  refundOrder: async ({ cradle }, made, [order, amount, restock]) => {
    const orderId = pick(made.orders, order);
    const there = await cradle.orderQueries.find(orderId);
    const line = pick(there?.lines ?? [], restock);
    return cradle.refundOrder({
      caller: staff,
      orderId,
      amount: eur(amount % 5 === 0 ? 0 : 1 + (amount % 1_500)),
      reason: 'sorry',
      restock: restock % 2 === 0 ? [] : [{ lineId: line.id, quantity: 1 }],
    });
  },
  expireOrders: ({ cradle }) => cradle.expireOrders(),
  reconcilePayments: ({ cradle }) => cradle.reconcilePayments(),
};

const clinic: Record<string, Run> = {
  bookAppointment: async ({ cradle }, made, [who, doctor, type, start]) => {
    const caller = callerOf(who);
    if (caller.isStaff) throw new NothingThere();
    const booked = await cradle.bookAppointment({
      caller,
      doctorId: pick(made.doctors, doctor),
      appointmentTypeId: pick(made.types, type),
      startsAt: startOf(start),
      reason: null,
      overrideHours: false,
    });
    made.appointments.push(booked.id);
  },
  cancelAppointment: ({ cradle }, made, [who, appointment]) =>
    cradle.cancelAppointment({
      caller: callerOf(who),
      appointmentId: pick(made.appointments, appointment),
      reason: null,
      expectedVersion: undefined,
    }),
  rescheduleAppointment: ({ cradle }, made, [who, appointment, start, doctor]) =>
    cradle.rescheduleAppointment({
      caller: callerOf(who),
      appointmentId: pick(made.appointments, appointment),
      startsAt: startOf(start),
      doctorId: pick(made.doctors, doctor),
      expectedVersion: undefined,
    }),
  advanceAppointment: ({ cradle }, made, [appointment, to]) =>
    cradle.advanceAppointment({
      caller: staff,
      appointmentId: pick(made.appointments, appointment),
      to: pick(['booked', 'declined', 'arrived', 'fulfilled', 'noShow'], to),
      expectedVersion: undefined,
    }),
  payAppointment: ({ cradle }, made, [who, appointment, how]) => {
    const caller = callerOf(who);
    const choice = payment(how, made, caller.userId);
    return cradle.payAppointment({
      caller,
      appointmentId: pick(made.appointments, appointment),
      cardId: null,
      ...choice,
    });
  },
  refundAppointment: ({ cradle }, made, [appointment, amount, how]) =>
    cradle.refundAppointment({
      caller: staff,
      appointmentId: pick(made.appointments, appointment),
      amount: eur(1 + ((amount * 7) % 5_000)),
      reason: 'not content',
      method: pick([null, 'desk'], how),
    }),
  payOutRefund: async ({ cradle }, _made, [n]) => {
    const { items } = await cradle.paymentQueries.listRefunds({ statuses: ['pending'] }, { limit: 100 });
    const waiting = items.filter(({ method }) => method === 'desk');
    if (waiting.length > 0) await cradle.payOutRefund({ refundId: pick(waiting, n).id, by: staff.userId });
  },
  addTimeOff: ({ cradle }, made, [doctor, start]) =>
    cradle.addTimeOff({
      caller: staff,
      doctorId: pick(made.doctors, doctor),
      startsAt: startOf(start),
      endsAt: plus(startOf(start), HOUR),
      note: null,
    }),
  reconcileBilledPayments: ({ cradle }) => cradle.reconcileBilledPayments(),
};

const createdBy = null;
const cash: Record<string, Run> = {
  postTransaction: async ({ cradle }, made, [source, target, amount]) => {
    const posted = await cradle.postTransaction({
      sourceAccountId: pick(made.accounts, source),
      targetAccountId: pick(made.accounts, target),
      amount: eur(1 + ((amount * 7) % 5_000)),
      createdBy,
    });
    made.transactions.push(posted.id);
  },
  reverseTransaction: async ({ cradle }, made, [transaction, date]) => {
    const reversed = await cradle.reverseTransaction({
      id: pick(made.transactions, transaction),
      date: pick(['original', 'today'], date),
      createdBy,
    });
    made.transactions.push(reversed.id);
  },
  refundTransaction: async ({ cradle }, made, [transaction, amount]) => {
    made.transactions.push(
      (
        await cradle.refundTransaction({
          id: pick(made.transactions, transaction),
          amount: eur(1 + amount),
          createdBy,
        })
      ).id,
    );
  },
  placeHold: async ({ cradle, clock }, made, [source, target, amount, days]) => {
    const hold = await cradle.placeHold({
      sourceAccountId: pick(made.accounts, source),
      targetAccountId: pick(made.accounts, target),
      amount: eur(1 + amount),
      expiresAt: plus(clock.now(), (1 + (days % 3)) * DAY),
      createdBy,
    });
    made.holds.push(hold.id);
  },
  captureHold: ({ cradle }, made, [hold]) => cradle.captureHold({ id: pick(made.holds, hold), createdBy }),
  voidHold: ({ cradle }, made, [hold]) => cradle.voidHold({ id: pick(made.holds, hold) }),
  expireHolds: ({ cradle }) => cradle.expireHolds(),
  closePeriod: ({ cradle }, made, [realAccount]) =>
    cradle.closePeriod({
      realAccountId: pick(made.realAccounts, realAccount),
      period: '2026-10',
      closedBy: null,
    }),
};

/** The environment: time, the mail server and the gateway. */
const runtime: Record<string, Run> = {
  aFewMinutes: ({ clock }, _, [minutes]) => {
    clock.advance((1 + (minutes % 20)) * MINUTE);
    return Promise.resolve();
  },
  anHour: ({ clock }) => {
    clock.advance(HOUR);
    return Promise.resolve();
  },
  aDay: ({ clock }) => {
    clock.advance(DAY);
    return Promise.resolve();
  },
  jobs: (application) => application.runJobs(),
  mailFails: ({ mailer }) => Promise.resolve(void (mailer.failure = MAIL_AWAY)),
  gatewayFails: ({ faults }, _, [how]) => {
    faults.gateway = pick(['away', 'requestLost', 'answerLost'], how);
    return Promise.resolve();
  },
};

/** The contexts' commands; a new context is a new line, and its names are drawn like those of the others. */
const CONTEXTS: readonly Readonly<Record<string, Run>>[] = [identity, shop, clinic, cash, runtime];
const COMMANDS: Readonly<Record<string, Run>> = Object.assign({}, ...CONTEXTS) as Record<string, Run>;
/** Commands that begin longer stories are drawn more often. */
const OFTEN = [
  ...[
    'placeOrder',
    'placeOrder',
    'placeOrder',
    'placeOrder',
    'payOrder',
    'payOrder',
    'cancelOrder',
    'refundOrder',
  ],
  ...[
    'bookAppointment',
    'bookAppointment',
    'bookAppointment',
    'bookAppointment',
    'payAppointment',
    'payAppointment',
  ],
  ...[
    'signIn',
    'refreshSession',
    'postTransaction',
    'placeHold',
    'reconcilePayments',
    'jobs',
    'gatewayFails',
  ],
];

export type Command = Readonly<{ name: string; numbers: Numbers }>;

const number = fc.nat(999);
export const command: fc.Arbitrary<Command> = fc.record({
  name: fc.constantFrom(...Object.keys(COMMANDS), ...OFTEN),
  numbers: fc.tuple(number, number, number, number, number),
});

export const describeCommand = ({ name, numbers }: Command): string => `${name}(${numbers.join(', ')})`;

export const runCommand = (
  { name, numbers }: Command,
  application: Application,
  made: Registers,
): Promise<unknown> => {
  const run = COMMANDS[name];
  if (run === undefined) throw new Error(`no command ${name}`);
  return run(application, made, numbers);
};

async function addProduct(
  cradle: Application['cradle'],
  made: Registers,
  price: number,
  stock: number,
): Promise<void> {
  const { product } = await cradle.addProduct({
    sku: `SKU-${made.products.length}`,
    name: 'Toothbrush',
    description: null,
    price: eur(price),
    stock,
    isActive: true,
  });
  made.products.push(product.id);
}

/** The beginning of every run: people, a stocked shop, doctors with working hours, and books with money. */
export async function seedAccounts({ cradle }: Application): Promise<Registers> {
  const made = new Registers();
  await cradle.identityUnitOfWork.run(async ({ users }) => {
    for (const person of people) await users.insert(person);
  });
  for (const [index, token] of ['tok_visa_4242', 'tok_timeout', 'tok_declined'].entries()) {
    const owner = member(index);
    const { card } = await cradle.addCard({ userId: owner, gatewayToken: token, isDefault: true });
    made.cards.push({ userId: owner, cardId: card.id });
  }
  for (const price of [0, 999, 2_500]) await addProduct(cradle, made, price, 4);
  for (const [code, limits] of Object.entries({
    TWICE: { maxUses: 2, maxUsesPerUser: null },
    EACH: { maxUses: null, maxUsesPerUser: 1 },
  })) {
    await cradle.addDiscount({
      code,
      reduction: { kind: 'percent', basisPoints: 1_250 },
      minSubtotal: null,
      startsAt: null,
      endsAt: null,
      isActive: true,
      ...limits,
    });
    made.codes.push(code);
  }
  for (const name of ['Dr. Ida Falk', 'Dr. Tom Rivers']) {
    const { id } = await cradle.addDoctor({
      name,
      email: 'doctor@praxis.test',
      specialty: null,
      timeZone: 'UTC',
      userId: null,
    });
    await cradle.setWorkingHours({ doctorId: id, week: ROUND_THE_CLOCK, expectedVersion: null });
    made.doctors.push(id);
  }
  for (const details of [
    { price: eur(4_500), bufferAfterMinutes: 10 },
    { needsApproval: true, durationMinutes: 60 },
  ])
    made.types.push((await cradle.addAppointmentType({ ...TYPE_DETAILS, maxReschedules: 2, ...details })).id);
  const bank = await cradle.openRealAccount({ name: 'Bank', kind: 'bank', currency: 'EUR' });
  const world = await cradle.openRealAccount({ name: 'World', kind: 'external', currency: 'EUR' });
  made.realAccounts.push(bank.id, world.id);
  made.accounts.push(bank.defaultAccountId, world.defaultAccountId);
  for (const type of ['asset', 'income', 'expense'] as const)
    made.accounts.push(
      (await cradle.openAccount({ name: type, realAccountId: type === 'asset' ? bank.id : world.id, type }))
        .id,
    );
  return made;
}
