import type { AwilixContainer } from 'awilix';
import { QueryTypes, type Sequelize } from 'sequelize';
import type { Cradle as RealCradle } from '../../src/container.js';
import { CONTEXTS } from '../../src/contexts.js';
import type { Ledger } from '../../src/cash/index.js';
import { makePaymentBookkeeper } from '../../src/billing/infrastructure/payment-bookkeeper.js';
import { makeClinicMembers } from '../../src/clinic/infrastructure/clinic-members.js';
import { GatewayTimeout, GatewayUnavailable, type PaymentGateway } from '../../src/kernel/payment-gateway.js';
import type { Directory } from '../../src/identity/index.js';
import { isDisabled, type User } from '../../src/identity/domain/user.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { makeBookkeeper } from '../../src/storefront/infrastructure/bookkeeper.js';
import { RefundUnsettled } from '../../src/storefront/application/settle-refund.js';
import { openOnPostgres } from '../support/container-on-postgres.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { FakeMailer } from '../support/fakes/mailer.js';
import { FakePasswords, fakePasswordStrength } from '../support/fakes/passwords.js';
import { FakePaymentGateway } from '../support/fakes/payment-gateway.js';
import { FakeMailBudget, noMailSpread } from '../support/fakes/mail-budget.js';
import { FakeSignInThrottle } from '../support/fakes/sign-in-throttle.js';
import { containerOver } from '../support/in-memory-container.js';
import { makeInMemoryCash } from '../support/in-memory/cash.js';
import { makeInMemoryClinic } from '../support/in-memory/clinic.js';
import { makeInMemoryIdentity } from '../support/in-memory/identity.js';
import { makeInMemoryJournal } from '../support/in-memory/journal.js';
import { makeInMemoryStorefront } from '../support/in-memory/storefront.js';
import { InMemoryStore } from '../support/in-memory/store.js';
import type { Cradle } from './cradle.js';

/** Thrown by the fake mailer while the mail server is unreachable. */
export const MAIL_AWAY = new Error('the mail server is away');

type Job = Readonly<{ id: string; kind: string; payload: Record<string, unknown> }>;

/** The fakes of a run, the same for both kinds of adapters. */
function makeFakes() {
  const clock = new FakeClock('2026-11-02T09:00:00.000Z');
  return {
    clock,
    ids: new FakeIds(),
    mailer: new FakeMailer(),
    passwords: new FakePasswords(),
    passwordStrength: fakePasswordStrength,
    signInThrottle: new FakeSignInThrottle(1_000_000),
    mailBudget: new FakeMailBudget(),
    mailSpread: noMailSpread,
    // The real tokens are signed on another thread, at times that a seed cannot repeat.
    accessTokens: {
      lifeSeconds: 900,
      mint: () => Promise.resolve('token'),
      read: () => Promise.resolve(undefined),
    },
    paymentGateway: new FakePaymentGateway(clock),
    faults: { gateway: undefined } as Faults,
  };
}
type Fakes = ReturnType<typeof makeFakes>;

/** All contexts in the container of the server, over one set of adapters. */
export interface Application extends Pick<Fakes, 'clock' | 'mailer' | 'paymentGateway' | 'faults'> {
  readonly cradle: Cradle;
  /** Runs the jobs that are committed and not done, among them those that failed before. */
  runJobs(): Promise<void>;
  close(): Promise<void>;
}

/** Awaited where a concurrent command may run: before each unit of work, and before and after each call of the gateway. */
export type Gate = (label: string) => Promise<void>;
const alwaysOpen: Gate = () => Promise.resolve();

/** Runs the handler that the context's module registers for the kind of job. */
async function runJob(cradle: Cradle, { id, kind, payload }: Job): Promise<void> {
  for (const { jobs, memberErased } of CONTEXTS) {
    if (kind === 'identity.member-erased') await memberErased?.(cradle as never)(String(payload['userId']));
    await jobs[kind]?.makeHandler(cradle as never)({ id, payload: payload as never });
  }
}

/** Whether a job may fail with `error` and be retried: a remote system was unavailable. Any other error is a bug. */
export const isPassing = (error: unknown): boolean =>
  error === MAIL_AWAY || error instanceof RefundUnsettled || error instanceof GatewayUnavailable;

/** Runs the jobs that are not done. Two concurrent rounds may run a job twice, as two processes may after a crash. */
async function runAllJobs(cradle: Cradle, jobs: readonly Job[], done: Set<string>): Promise<void> {
  for (const job of jobs) {
    if (done.has(job.id)) continue;
    try {
      await runJob(cradle, job);
      done.add(job.id);
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }
}

/** Awaits the gate before a unit of work begins, unless it joins one that has begun. */
const gated = <Ports>(inside: () => boolean, unitOfWork: UnitOfWork<Ports>, gate: Gate, label: string) => {
  const enter = async <Result>(begin: () => Promise<Result>): Promise<Result> => {
    if (!inside()) await gate(label);
    return begin();
  };
  return {
    run: <Result>(work: (ports: Ports) => Promise<Result>) => enter(() => unitOfWork.run(work)),
    runInNewTransaction: <Result>(work: (ports: Ports) => Promise<Result>) =>
      enter(() => unitOfWork.runInNewTransaction(work)),
  };
};

/**
 * The fault of the next call of the gateway: it is unavailable, the request is lost, or it succeeds and the answer is lost.
 * By the port's contract, only calls that move money may leave their caller in doubt; other calls fail as unavailable.
 */
export type GatewayFault = 'away' | 'requestLost' | 'answerLost';
type Faults = { gateway: GatewayFault | undefined };
const CALLS = [
  'confirm',
  'prepareHosted',
  'find',
  'cancel',
  'refund',
  'findRefund',
  'describe',
  'detach',
  'prepareCardSetup',
  'findCardSetup',
] as const;

/** The fake gateway with faults and gates. Throws when a unit of work calls it. */
function makeUnreliableGateway(
  gateway: FakePaymentGateway,
  faults: Faults,
  inside: () => boolean,
  gate: Gate,
) {
  const slowly = (name: (typeof CALLS)[number]) => {
    const call = gateway[name].bind(gateway) as (argument: unknown) => Promise<unknown>;
    const movesMoney = name === 'confirm' || name === 'refund';
    return async (argument: unknown): Promise<unknown> => {
      if (inside()) throw new Error(`the gateway's ${name} is called within a unit of work`);
      await gate(`before ${name}`);
      const fault = faults.gateway;
      faults.gateway = undefined;
      try {
        if (fault === 'away' || (fault !== undefined && !movesMoney)) throw new GatewayUnavailable();
        if (fault === 'requestLost') throw new GatewayTimeout();
        const answer = await call(argument);
        if (fault === 'answerLost') throw new GatewayTimeout();
        return answer;
      } finally {
        await gate(`after ${name}`);
      }
    };
  };
  const calls = Object.fromEntries(CALLS.map((name) => [name, slowly(name)]));
  // `prepare` sends nothing, as with the sandbox.
  const { name } = gateway;
  return { name, prepare: () => gateway.prepare(), ...calls } as unknown as PaymentGateway;
}

export type InMemoryApplication = Application &
  Readonly<{
    store: InMemoryStore;
    cash: ReturnType<typeof makeInMemoryCash>;
    shop: ReturnType<typeof makeInMemoryStorefront>;
    clinic: ReturnType<typeof makeInMemoryClinic>;
    identity: ReturnType<typeof makeInMemoryIdentity>;
    /** Adds a person to every context whose tables refer to users. */
    addPerson(user: User): Promise<void>;
  }>;

/** Breaks an adapter of the container, for a negative control. */
export type Sabotage = (container: AwilixContainer, application: Readonly<{ store: InMemoryStore }>) => void;

/** In-memory adapters share one store, so that a unit of work spans contexts as it does in PostgreSQL. */
export function openInMemory(
  gate: Gate = alwaysOpen,
  sabotage: Sabotage = () => undefined,
): InMemoryApplication {
  const fakes = makeFakes();
  const store = new InMemoryStore();
  const inside = () => store.inUnitOfWork;
  const practice = { currency: 'EUR', timeZone: 'UTC' };
  const directory: Directory = {
    namesOf: () => Promise.resolve(new Map()),
    async find(userId) {
      const user = await identity.userQueries.find(userId);
      if (user === undefined || isDisabled(user)) return undefined;
      return { id: user.id, name: user.fullName, email: user.email, role: user.role };
    },
  };
  const identity = makeInMemoryIdentity(store.part('identity'));
  const cash = makeInMemoryCash(store.part('cash'));
  // Resolves the ledger when it posts, as the scope of a transaction does.
  const ledger: Ledger = {
    post: (posting) => container.cradle.ledger.post(posting),
    standardAccount: (code) => container.cradle.ledger.standardAccount(code),
  };
  const shop = makeInMemoryStorefront(store.part('shop'), {
    bookkeeper: makeBookkeeper({ ledger, practice }),
  });
  const clinic = makeInMemoryClinic(store.part('clinic'), {
    ...fakes,
    paymentBookkeeper: makePaymentBookkeeper({ ledger }),
    clinicMembers: makeClinicMembers({ directory }),
  });
  const journal = makeInMemoryJournal(store.part('journal'));
  const { faults: _, ...fakePorts } = fakes;
  const container: AwilixContainer<RealCradle> = containerOver({
    ...fakePorts,
    // Stands for the unit of work of the in-memory adapters, so that `ledger` resolves at the root.
    transaction: {},
    paymentGateway: makeUnreliableGateway(fakes.paymentGateway, fakes.faults, inside, gate),
    practice,
    directory,
    realAccounts: cash.realAccounts,
    accounts: cash.accounts,
    amounts: cash.amounts,
    books: cash.books,
    holds: cash.holds,
    cashQueries: cash.cashQueries,
    userQueries: identity.userQueries,
    sessionQueries: identity.sessionQueries,
    cardQueries: identity.cardQueries,
    securityEventQueries: identity.securityEventQueries,
    productQueries: shop.productQueries,
    discountQueries: shop.discountQueries,
    orderQueries: shop.orderQueries,
    clinicQueries: clinic.clinicQueries,
    paymentQueries: clinic.paymentQueries,
    journalQueries: journal.journalQueries,
    identityUnitOfWork: gated(inside, identity.identityUnitOfWork, gate, 'identity'),
    cashUnitOfWork: gated(inside, cash.cashUnitOfWork, gate, 'cash'),
    storefrontUnitOfWork: gated(inside, shop.storefrontUnitOfWork, gate, 'shop'),
    clinicUnitOfWork: gated(inside, clinic.clinicUnitOfWork, gate, 'clinic'),
    billingUnitOfWork: gated(inside, clinic.billingUnitOfWork, gate, 'clinic'),
    journalUnitOfWork: gated(inside, journal.journalUnitOfWork, gate, 'journal'),
  });
  sabotage(container, { store });
  const done = new Set<string>();
  return {
    ...fakes,
    cradle: container.cradle,
    store,
    cash,
    shop,
    clinic,
    identity,
    async addPerson({ id, fullName: name, email, role }) {
      shop.addUser(id, name);
      journal.addUser(id, name);
      await clinic.addUser({ id, name, email, isStaff: role !== 'member' });
    },
    async runJobs() {
      const waiting = [identity, shop, clinic].flatMap(({ jobs }, context) =>
        (jobs() as readonly Job[]).map((job) => ({ ...job, id: `${context}/${job.id}` })),
      );
      await runAllJobs(container.cradle, waiting, done);
    },
    close: () => container.dispose(),
  };
}

/** The application on a PostgreSQL database of its own. */
export async function openOnPostgresAsWell(): Promise<Application & { sequelize: Sequelize }> {
  const fakes = makeFakes();
  const { cradle, close } = await openOnPostgres<Cradle & { sequelize: Sequelize }>({
    ...fakes,
    paymentGateway: makeUnreliableGateway(fakes.paymentGateway, fakes.faults, () => false, alwaysOpen),
    practice: { currency: 'EUR', timeZone: 'UTC' },
  });
  const done = new Set<string>();
  return {
    ...fakes,
    cradle,
    sequelize: cradle.sequelize,
    async runJobs() {
      const jobs = await cradle.sequelize.query<Job>('SELECT id, kind, payload FROM jobs ORDER BY id', {
        type: QueryTypes.SELECT,
      });
      await runAllJobs(cradle, jobs, done);
    },
    close,
  };
}
