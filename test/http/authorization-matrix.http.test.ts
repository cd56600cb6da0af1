import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ROUTES } from '../../src/contexts.js';
import type { Route } from '../../src/platform/http/routing/route.js';
import { cashOf, openBooks } from '../support/cash.js';
import { openClinic, TYPE, type TestClinic } from '../support/clinic.js';
import { aFile, genericCsv } from '../support/statements.js';
import { approved, commenting, draft, published, step, type Journal } from '../journal/world.js';
import { execute } from '../support/postgres.js';
import {
  expiredTokenFor,
  freshAddress,
  PASSWORD,
  makeUser,
  openSession,
  startTestPraxis,
  type TestPraxis,
  type TestUser,
} from '../support/praxis.js';
import { makeProduct, order } from '../storefront/world.js';

/** The callers of each route. `owner` owns the object of the request. */
const CALLERS = [
  'anonymous',
  'owner',
  'other member',
  'staff',
  'admin',
  'expired token',
  'revoked session',
  'refresh token as access token',
] as const;
type Caller = (typeof CALLERS)[number];
type SignedIn = 'owner' | 'other member' | 'staff' | 'admin';

type World = Readonly<{ praxis: TestPraxis; owner: TestUser }>;
type Made = Readonly<{ path?: string; body?: unknown; headers?: Record<string, string> }>;

/**
 * One row for each route: a request about an object of the owner, and the status for each role. Callers without a live
 * session are not listed: a route for anyone answers them as `everybody`, any other route 401.
 */
type Row = Readonly<{ make?: (world: World) => Made | Promise<Made> }> &
  (Readonly<{ everybody: number }> | Readonly<{ expected: Readonly<Record<SignedIn, number>> }>);

const all = (status: number) => ({ owner: status, 'other member': status, staff: status, admin: status });
const forStaff = (status: number) => ({ ...all(status), owner: 403, 'other member': 403 });
const forAdmins = (status: number) => ({ ...forStaff(status), staff: 403 });

/** A request about the books; each call opens its own. */
const books =
  (make: (books: Awaited<ReturnType<typeof openBooks>>, world: World) => Made | Promise<Made>) =>
  async (world: World): Promise<Made> => ({
    ...(await make(await openBooks(world.praxis), world)),
  });
const keyed = () => ({ 'idempotency-key': randomUUID() });
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const holdIn = async ({ unallocated, rent }: Awaited<ReturnType<typeof openBooks>>, { praxis }: World) =>
  cashOf(praxis).placeHold({
    sourceAccountId: unallocated,
    targetAccountId: rent,
    amount: eur(100),
    createdBy: null,
  });

/** A bank line of 10.00 in its own books, and a transaction that matches it. */
const bankLine =
  (make: (line: Readonly<{ path: string; transactionId: string; matchPath: string }>) => Made) =>
  async ({ praxis }: World): Promise<Made> => {
    const { bank, income, unallocated } = await openBooks(praxis);
    const cash = cashOf(praxis);
    const { id: transactionId } = await cash.postTransaction({
      sourceAccountId: income,
      targetAccountId: unallocated,
      amount: eur(1_000),
      createdBy: null,
    });
    const rows = ['20.11.2026', '21.11.2026'].map((day) => `${day};10,00\n`);
    await cash.importBankLines({
      realAccountId: bank.id,
      profile: 'german-bank',
      file: aFile(`Buchungstag;Betrag\n${rows.join('')}`),
      dryRun: false,
      importedBy: null,
    });
    const { items } = await cash.listBankLines({ filter: { realAccountId: bank.id }, page: { limit: 2 } });
    const [free, taken] = items.map(({ id }) => id);
    const matched = await cash.postTransaction({
      sourceAccountId: income,
      targetAccountId: unallocated,
      amount: eur(1_000),
      createdBy: null,
    });
    const match = await cash.matchBankLine({
      bankLineId: taken!,
      transactionIds: [matched.id],
      matchedBy: null,
    });
    const path = `/v1/cash/bank-lines/${free!}`;
    const matchPath = `/v1/cash/bank-lines/${taken!}/matches/${match.id}`;
    return { ...make({ path, transactionId, matchPath }) };
  };

async function ownersCard({ praxis, owner }: World): Promise<Made> {
  const { headers } = await praxis.call('POST', '/v1/me/cards', {
    token: owner.accessToken,
    body: { gatewayToken: 'tok_visa_4242' },
  });
  return { path: headers.get('location')! };
}

type Shop = Readonly<{ product: Readonly<{ id: string }>; ordered: string; paid: string }>;

/** A request about a product and two orders of the owner's: one that waits for money, one that is paid. */
const shop =
  (make: (shop: Shop) => Made) =>
  async ({ praxis, owner }: World): Promise<Made> => {
    const staff = await makeUser(praxis, 'staff');
    const product = await makeProduct(praxis, staff, { sku: randomUUID() });
    const lines = [{ productId: product.id, quantity: 1 }];
    const place = async (): Promise<string> =>
      (await order(praxis, owner, lines, { payment: { method: 'desk' } })).headers.get('location')!;
    const [ordered, paid] = [await place(), await place()];
    await praxis.call('POST', `${paid}/payments`, {
      token: staff.accessToken,
      body: { method: 'desk' },
      headers: keyed(),
    });
    return { ...make({ product, ordered, paid }) };
  };

async function discount({ praxis }: World): Promise<Made> {
  const { accessToken } = await makeUser(praxis, 'staff');
  const body = { code: randomUUID(), kind: 'fixed', amount: eur(100) };
  const { headers } = await praxis.call('POST', '/v1/discounts', { token: accessToken, body });
  return { path: headers.get('location')! };
}

const ANY = { 'if-match': '*' };
const TIME_OFF = { startsAt: '2030-01-01T00:00:00Z', endsAt: '2030-01-02T00:00:00Z' };
const ownAndStaff = (status: number) => ({ ...all(status), 'other member': 404 });

/** A request about the clinic, which all rows share. Each row has its own doctor, so that bookings do not conflict. */
const clinic =
  (make: (clinic: TestClinic, world: World) => Made | Promise<Made>) =>
  async (world: World): Promise<Made> => {
    clinics.set(world.praxis, clinics.get(world.praxis) ?? openClinic(world.praxis));
    const opened = await clinics.get(world.praxis)!;
    const doctorId = await opened.addDoctor();
    const book: TestClinic['book'] = (who, details = {}) => opened.book(who, { doctorId, ...details });
    return make({ ...opened, doctorId, book }, world);
  };
const clinics = new Map<TestPraxis, Promise<TestClinic>>();

async function bookedPath({ book, typeId }: TestClinic, { owner }: World, type = typeId): Promise<string> {
  const { headers, text } = await book(owner, { appointmentTypeId: type });
  return headers.get('location') ?? text;
}
const ownersAppointment = (after = '', request: Made = {}, type: object = {}) =>
  clinic(async (own, world) => {
    const typeId = Object.keys(type).length === 0 ? own.typeId : await own.addType(type);
    return { path: `${await bookedPath(own, world, typeId)}${after}`, ...request };
  });
/** The path of an appointment of the owner that was paid at the desk. */
async function paidPath(own: TestClinic, world: World): Promise<string> {
  const path = await bookedPath(own, world, await own.addType({ price: eur(4500) }));
  await world.praxis.call('POST', `${path}/payments`, {
    token: own.staff.accessToken,
    body: { method: 'desk' },
    headers: keyed(),
  });
  return path;
}
/** A request about the payment of an appointment of the owner, or about its refund, which waits at the desk. */
const ownersMoney = (kind: 'payments' | 'refunds', after = '') =>
  clinic(async (own, world) => {
    const path = await paidPath(own, world);
    await world.praxis.call('POST', `${path}/refunds`, {
      token: own.staff.accessToken,
      body: { amount: eur(4500), reason: 'late' },
      headers: keyed(),
    });
    const { body } = await world.praxis.call(
      'GET',
      `/v1/${kind}?origin=appointment:${path.split('/').at(-1)}`,
      { token: own.staff.accessToken },
    );
    return { path: `/v1/${kind}/${body.items[0].id}${after}` };
  });
const ownersFile = async ({ praxis, owner }: World): Promise<Made> => {
  const body = { name: 'Mia Member' };
  await praxis.call('PUT', '/v1/patients/me', { token: owner.accessToken, body, headers: ANY });
  return {};
};
async function patientIdOf(world: World): Promise<string> {
  await ownersFile(world);
  const { body } = await world.praxis.call('GET', '/v1/patients/me', { token: world.owner.accessToken });
  return body.id as string;
}
const toThePast = (praxis: TestPraxis, appointmentId: string): Promise<void> =>
  execute(
    praxis.ownerUrl,
    `UPDATE appointments SET starts_at = starts_at - interval '30 days', ends_at = ends_at - interval '30 days',
       busy_from = busy_from - interval '30 days', busy_until = busy_until - interval '30 days'
     WHERE id = '${appointmentId}'`,
  );

/** A request about the journal. The author of posts is another staff user, so the caller `staff` is not the author. */
const inJournal =
  (make: (journal: Journal, world: World) => Promise<Made>) =>
  async (world: World): Promise<Made> => {
    const { praxis, owner } = world;
    editors.set(praxis, editors.get(praxis) ?? openEditors(praxis));
    return make({ praxis, member: owner, ...(await editors.get(praxis)!) }, world);
  };
const openEditors = async (praxis: TestPraxis) => ({
  author: await makeUser(praxis, 'staff'),
  colleague: await makeUser(praxis, 'staff'),
  admin: await makeUser(praxis, 'admin'),
});
const editors = new Map<TestPraxis, ReturnType<typeof openEditors>>();
const somebodysPost = (after = '', request: Made = {}, state: 'draft' | 'published' = 'draft') =>
  inJournal(async (journal) => {
    const { id } = await (state === 'draft' ? draft(journal) : published(journal));
    return { path: `/v1/posts/${id}${after}`, ...request };
  });
/** A pending or approved comment of the owner. */
const ownersComment = (after = '', request: Made = {}, state: 'pending' | 'approved' = 'approved') =>
  inJournal(async (journal) => {
    const post = await published(journal);
    const { id } =
      state === 'approved'
        ? await approved(journal, post)
        : (await commenting(journal, post, journal.member)).body;
    return { path: `/v1/comments/${id}${after}`, ...request };
  });
const somebodyElses = (status: number) => ({ ...forStaff(404), admin: status });

const ROWS: Readonly<Record<string, Row>> = {
  register: {
    make: () => ({ body: { email: freshAddress(), password: PASSWORD, fullName: 'New Member' } }),
    everybody: 202,
  },
  confirmRegistration: {
    make: async ({ praxis }) => {
      const email = freshAddress();
      await praxis.call('POST', '/v1/registrations', {
        body: { email, password: PASSWORD, fullName: 'New Member' },
      });
      return { body: { token: await praxis.tokenFor(email), password: PASSWORD } };
    },
    everybody: 201,
  },
  requestPasswordReset: { make: ({ owner }) => ({ body: { email: owner.email } }), everybody: 202 },
  confirmPasswordReset: {
    make: async ({ praxis, owner }) => {
      await praxis.call('POST', '/v1/password-resets', { body: { email: owner.email } });
      return { body: { token: await praxis.tokenFor(owner.email), newPassword: PASSWORD } };
    },
    everybody: 204,
  },
  signIn: { make: ({ owner }) => ({ body: { email: owner.email, password: PASSWORD } }), everybody: 201 },
  refreshSession: {
    make: async ({ praxis, owner }) => ({
      body: { refreshToken: (await openSession(praxis, owner)).refreshToken },
    }),
    everybody: 200,
  },
  listSessions: { expected: all(200) },
  endOtherSessions: { expected: all(204) },
  endSession: {
    make: async ({ praxis, owner }) => {
      const { accessToken } = await openSession(praxis, owner);
      const { body } = await praxis.call('GET', '/v1/sessions', { token: accessToken });
      const { id } = body.items.find((session: { current: boolean }) => session.current);
      return { path: `/v1/sessions/${id}` };
    },
    expected: { owner: 204, 'other member': 404, staff: 404, admin: 404 },
  },
  getProfile: { expected: all(200) },
  changeProfile: {
    make: () => ({ body: { fullName: 'New Name' }, headers: { 'if-match': '*' } }),
    expected: all(200),
  },
  changePassword: {
    make: () => ({ body: { currentPassword: PASSWORD, newPassword: `${PASSWORD}-2` } }),
    expected: all(204),
  },
  eraseProfile: { expected: all(204) },
  requestEmailChange: {
    make: () => ({ body: { newEmail: freshAddress(), password: PASSWORD } }),
    expected: all(202),
  },
  confirmEmailChange: {
    make: async ({ praxis, owner }) => {
      const newEmail = freshAddress();
      await praxis.call('POST', '/v1/me/email-changes', {
        token: owner.accessToken,
        body: { newEmail, password: PASSWORD },
      });
      return { body: { token: await praxis.tokenFor(newEmail) } };
    },
    expected: { owner: 200, 'other member': 422, staff: 422, admin: 422 },
  },
  listCards: { expected: all(200) },
  addCard: { make: () => ({ body: { gatewayToken: 'tok_visa_4242' } }), expected: all(201) },
  getCard: { make: ownersCard, expected: { owner: 200, 'other member': 404, staff: 404, admin: 404 } },
  chooseDefaultCard: {
    make: async (world) => ({
      ...(await ownersCard(world)),
      body: { isDefault: true },
      headers: { 'if-match': '*' },
    }),
    expected: { owner: 200, 'other member': 404, staff: 404, admin: 404 },
  },
  removeCard: { make: ownersCard, expected: { owner: 204, 'other member': 404, staff: 404, admin: 404 } },
  listUsers: { expected: forStaff(200) },
  inviteUser: {
    make: () => ({ body: { email: freshAddress(), fullName: 'New Member' } }),
    expected: forStaff(201),
  },
  getUser: { make: ({ owner }) => ({ path: `/v1/users/${owner.id}` }), expected: forStaff(200) },
  renameUser: {
    make: ({ owner }) => ({
      path: `/v1/users/${owner.id}`,
      body: { fullName: 'New Name' },
      headers: { 'if-match': '*' },
    }),
    expected: forStaff(200),
  },
  listCardsOfUser: {
    make: ({ owner }) => ({ path: `/v1/users/${owner.id}/cards` }),
    expected: forStaff(200),
  },
  changeRole: {
    make: ({ owner }) => ({
      path: `/v1/users/${owner.id}/role`,
      body: { role: 'staff' },
      headers: { 'if-match': '*' },
    }),
    expected: forAdmins(200),
  },
  disableUser: {
    make: ({ owner }) => ({ path: `/v1/users/${owner.id}/disable` }),
    expected: forAdmins(200),
  },
  enableUser: { make: ({ owner }) => ({ path: `/v1/users/${owner.id}/enable` }), expected: forAdmins(200) },
  eraseUser: { make: ({ owner }) => ({ path: `/v1/users/${owner.id}` }), expected: forAdmins(204) },
  listOwnSecurityEvents: { expected: all(200) },
  listSecurityEventsOfUser: {
    make: ({ owner }) => ({ path: `/v1/users/${owner.id}/security-events` }),
    expected: forAdmins(200),
  },
  listRealAccounts: { expected: forStaff(200) },
  openRealAccount: {
    make: () => ({ body: { name: 'Bank', kind: 'bank', currency: 'EUR' } }),
    expected: forAdmins(201),
  },
  getRealAccount: {
    make: books(({ bank }) => ({ path: `/v1/cash/real-accounts/${bank.id}` })),
    expected: forStaff(200),
  },
  changeRealAccount: {
    make: books(({ bank }) => ({
      path: `/v1/cash/real-accounts/${bank.id}`,
      body: { name: 'Savings' },
      headers: { 'if-match': '*' },
    })),
    expected: forAdmins(200),
  },
  deleteRealAccount: {
    make: books(({ desk }) => ({ path: `/v1/cash/real-accounts/${desk.id}` })),
    expected: forAdmins(204),
  },
  listAccounts: { expected: forStaff(200) },
  openAccount: {
    make: books(({ bank }) => ({ body: { name: 'Repairs', realAccountId: bank.id, type: 'asset' } })),
    expected: forAdmins(201),
  },
  getAccount: {
    make: books(({ rent }) => ({ path: `/v1/cash/accounts/${rent}` })),
    expected: forStaff(200),
  },
  changeAccount: {
    make: books(({ rent }) => ({
      path: `/v1/cash/accounts/${rent}`,
      body: { name: 'Repairs' },
      headers: { 'if-match': '*' },
    })),
    expected: forAdmins(200),
  },
  deleteAccount: {
    make: books(({ rent }) => ({ path: `/v1/cash/accounts/${rent}` })),
    expected: forAdmins(204),
  },
  listAmounts: { expected: forStaff(200) },
  getAmount: {
    make: books(({ opening }) => ({ path: `/v1/cash/amounts/${opening.target.amountId}` })),
    expected: forStaff(200),
  },
  getBalanceOfAccount: {
    make: books(({ rent }) => ({ path: `/v1/cash/accounts/${rent}/balance` })),
    expected: forStaff(200),
  },
  getStatementOfAccount: {
    make: books(({ rent }) => ({ path: `/v1/cash/accounts/${rent}/statement` })),
    expected: forStaff(200),
  },
  getBalanceOfRealAccount: {
    make: books(({ bank }) => ({ path: `/v1/cash/real-accounts/${bank.id}/balance` })),
    expected: forStaff(200),
  },
  getStatementOfRealAccount: {
    make: books(({ bank }) => ({ path: `/v1/cash/real-accounts/${bank.id}/statement` })),
    expected: forStaff(200),
  },
  closePeriod: {
    make: books(({ bank }) => ({ path: `/v1/cash/real-accounts/${bank.id}/periods/2020-01/close` })),
    expected: forAdmins(200),
  },
  reopenPeriod: {
    make: books(async ({ bank }, { praxis }) => {
      await cashOf(praxis).closePeriod({ realAccountId: bank.id, period: '2020-01', closedBy: null });
      return {
        path: `/v1/cash/real-accounts/${bank.id}/periods/2020-01/reopen`,
        body: { reason: 'Something was forgotten' },
      };
    }),
    expected: forAdmins(200),
  },
  listPeriods: {
    make: books(({ bank }) => ({ path: `/v1/cash/real-accounts/${bank.id}/periods` })),
    expected: forStaff(200),
  },
  importBankLines: {
    make: books(({ bank }) => ({
      path: `/v1/cash/real-accounts/${bank.id}/imports`,
      body: genericCsv([{ date: '2026-11-20', amount: '1.00' }]),
      headers: { ...keyed(), 'content-type': 'text/csv' },
    })),
    expected: forStaff(201),
  },
  listBankLines: { expected: forStaff(200) },
  getBankLine: { make: bankLine(({ path }) => ({ path })), expected: forStaff(200) },
  getBankStatement: {
    make: books(({ bank }) => ({ path: `/v1/cash/real-accounts/${bank.id}/bank-statement` })),
    expected: forStaff(200),
  },
  suggestMatches: {
    make: bankLine(({ path }) => ({ path: `${path}/suggestions` })),
    expected: forStaff(200),
  },
  matchBankLine: {
    make: bankLine(({ path, transactionId }) => ({
      path: `${path}/matches`,
      body: { transactionIds: [transactionId] },
    })),
    expected: forStaff(201),
  },
  unmatchBankLine: { make: bankLine(({ matchPath }) => ({ path: matchPath })), expected: forStaff(204) },
  reconcile: {
    make: books(({ desk }) => ({
      path: `/v1/cash/real-accounts/${desk.id}/reconciliations`,
      body: { to: '2026-10-31', closingBalance: eur(0) },
    })),
    expected: forAdmins(201),
  },
  listReconciliations: {
    make: books(({ bank }) => ({ path: `/v1/cash/real-accounts/${bank.id}/reconciliations` })),
    expected: forStaff(200),
  },
  reportBalances: { expected: forStaff(200) },
  reportCashFlow: { expected: forStaff(200) },
  reportIncomeByOrigin: { expected: forStaff(200) },
  reportUnreconciled: { expected: forStaff(200) },
  checkCashIntegrity: { expected: forAdmins(200) },
  postTransaction: {
    make: books(({ unallocated, rent }) => ({
      body: { sourceAccountId: unallocated, targetAccountId: rent, amount: eur(100) },
      headers: keyed(),
    })),
    expected: forStaff(201),
  },
  postBatch: {
    make: books(({ unallocated, rent }) => ({
      body: { transactions: [{ sourceAccountId: unallocated, targetAccountId: rent, amount: eur(100) }] },
      headers: keyed(),
    })),
    expected: forStaff(201),
  },
  listTransactions: { expected: forStaff(200) },
  getTransaction: {
    make: books(({ opening }) => ({ path: `/v1/cash/transactions/${opening.id}` })),
    expected: forStaff(200),
  },
  reverseTransaction: {
    make: books(({ opening }) => ({
      path: `/v1/cash/transactions/${opening.id}/reverse`,
      body: { date: 'today' },
      headers: keyed(),
    })),
    expected: forAdmins(201),
  },
  refundTransaction: {
    make: books(({ opening }) => ({
      path: `/v1/cash/transactions/${opening.id}/refunds`,
      body: { amount: eur(100) },
      headers: keyed(),
    })),
    expected: forStaff(201),
  },
  listHolds: { expected: forStaff(200) },
  placeHold: {
    make: books(({ unallocated, rent }) => ({
      body: { sourceAccountId: unallocated, targetAccountId: rent, amount: eur(100) },
      headers: keyed(),
    })),
    expected: forStaff(201),
  },
  getHold: {
    make: books(async (own, world) => ({ path: `/v1/cash/holds/${(await holdIn(own, world)).id}` })),
    expected: forStaff(200),
  },
  captureHold: {
    make: books(async (own, world) => ({
      path: `/v1/cash/holds/${(await holdIn(own, world)).id}/capture`,
      headers: keyed(),
    })),
    expected: forStaff(200),
  },
  voidHold: {
    make: books(async (own, world) => ({
      path: `/v1/cash/holds/${(await holdIn(own, world)).id}/void`,
      headers: keyed(),
    })),
    expected: forStaff(200),
  },
  listProducts: { everybody: 200 },
  getProduct: { make: shop(({ product }) => ({ path: `/v1/products/${product.id}` })), everybody: 200 },
  addProduct: {
    make: () => ({ body: { sku: randomUUID(), name: 'Floss', price: eur(100) } }),
    expected: forStaff(201),
  },
  changeProduct: {
    make: shop(({ product }) => ({
      path: `/v1/products/${product.id}`,
      body: { name: 'Floss' },
      headers: { 'if-match': '*' },
    })),
    expected: forStaff(200),
  },
  removeProduct: {
    make: shop(({ product }) => ({ path: `/v1/products/${product.id}` })),
    expected: forStaff(204),
  },
  adjustStock: {
    make: shop(({ product }) => ({
      path: `/v1/products/${product.id}/stock-adjustments`,
      body: { delta: 1, reason: 'found' },
      headers: keyed(),
    })),
    expected: forStaff(201),
  },
  listStockMovements: {
    make: shop(({ product }) => ({ path: `/v1/products/${product.id}/stock-movements` })),
    expected: forStaff(200),
  },
  listDiscounts: { expected: forStaff(200) },
  addDiscount: {
    make: () => ({ body: { code: randomUUID(), kind: 'percent', basisPoints: 100 } }),
    expected: forStaff(201),
  },
  getDiscount: { make: discount, expected: forStaff(200) },
  changeDiscount: {
    make: async (world) => ({
      ...(await discount(world)),
      body: { isActive: false },
      headers: { 'if-match': '*' },
    }),
    expected: forStaff(200),
  },
  removeDiscount: { make: discount, expected: forStaff(204) },
  quoteOrder: {
    make: shop(({ product }) => ({ body: { lines: [{ productId: product.id, quantity: 1 }] } })),
    everybody: 200,
  },
  placeOrder: {
    make: shop(({ product }) => ({
      body: { lines: [{ productId: product.id, quantity: 1 }], payment: { method: 'desk' } },
      headers: keyed(),
    })),
    expected: all(201),
  },
  listOrders: { expected: all(200) },
  getOrder: {
    make: shop(({ ordered }) => ({ path: ordered })),
    expected: { ...all(200), 'other member': 404 },
  },
  listOrderEvents: {
    make: shop(({ ordered }) => ({ path: `${ordered}/events` })),
    expected: { ...all(200), 'other member': 404 },
  },
  payOrder: {
    make: shop(({ ordered }) => ({
      path: `${ordered}/payments`,
      body: { method: 'desk' },
      headers: keyed(),
    })),
    expected: { ...all(201), owner: 403, 'other member': 404 },
  },
  cancelOrder: {
    make: shop(({ ordered }) => ({ path: `${ordered}/cancel` })),
    expected: { ...all(200), 'other member': 404 },
  },
  shipOrder: { make: shop(({ paid }) => ({ path: `${paid}/ship` })), expected: forStaff(200) },
  deliverOrder: { make: shop(({ paid }) => ({ path: `${paid}/deliver` })), expected: forStaff(200) },
  refundOrder: {
    make: shop(({ paid }) => ({
      path: `${paid}/refunds`,
      body: { amount: eur(1), reason: 'broken' },
      headers: keyed(),
    })),
    expected: forStaff(201),
  },
  listDoctors: { everybody: 200 },
  addDoctor: {
    make: () => ({ body: { name: 'Dr. New', email: 'new@praxis.test', timeZone: 'Europe/Berlin' } }),
    expected: forAdmins(201),
  },
  getDoctor: { make: clinic(({ doctorId }) => ({ path: `/v1/doctors/${doctorId}` })), everybody: 200 },
  changeDoctor: {
    make: clinic(({ doctorId }) => ({
      path: `/v1/doctors/${doctorId}`,
      body: { name: 'Dr. Renamed' },
      headers: ANY,
    })),
    expected: forAdmins(200),
  },
  removeDoctor: {
    make: clinic(async ({ addDoctor }) => ({ path: `/v1/doctors/${await addDoctor()}` })),
    expected: forAdmins(204),
  },
  getWorkingHours: {
    make: clinic(({ doctorId }) => ({ path: `/v1/doctors/${doctorId}/working-hours` })),
    expected: forStaff(200),
  },
  setWorkingHours: {
    make: clinic(async ({ addDoctor }) => ({
      path: `/v1/doctors/${await addDoctor()}/working-hours`,
      body: { weekly: [] },
      headers: ANY,
    })),
    expected: forStaff(200),
  },
  listTimeOff: {
    make: clinic(({ doctorId }) => ({ path: `/v1/doctors/${doctorId}/time-off` })),
    expected: forStaff(200),
  },
  addTimeOff: {
    make: clinic(({ doctorId }) => ({ path: `/v1/doctors/${doctorId}/time-off`, body: TIME_OFF })),
    expected: forStaff(201),
  },
  removeTimeOff: {
    make: clinic(async ({ doctorId, staff }, { praxis }) => {
      const path = `/v1/doctors/${doctorId}/time-off`;
      const { headers } = await praxis.call('POST', path, { token: staff.accessToken, body: TIME_OFF });
      return { path: headers.get('location')! };
    }),
    expected: forStaff(204),
  },
  findSlots: {
    make: clinic(({ doctorId, typeId }) => ({
      path: `/v1/doctors/${doctorId}/slots?appointmentTypeId=${typeId}&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z`,
    })),
    everybody: 200,
  },
  listPatientsOfDoctor: {
    make: clinic(({ doctorId }) => ({ path: `/v1/doctors/${doctorId}/patients` })),
    expected: forStaff(200),
  },
  listAppointmentTypes: { everybody: 200 },
  addAppointmentType: { make: () => ({ body: TYPE }), expected: forAdmins(201) },
  getAppointmentType: {
    make: clinic(({ typeId }) => ({ path: `/v1/appointment-types/${typeId}` })),
    everybody: 200,
  },
  changeAppointmentType: {
    make: clinic(async ({ addType }) => ({
      path: `/v1/appointment-types/${await addType()}`,
      body: { durationMinutes: 45 },
      headers: ANY,
    })),
    expected: forAdmins(200),
  },
  removeAppointmentType: {
    make: clinic(async ({ addType }) => ({ path: `/v1/appointment-types/${await addType()}` })),
    expected: forAdmins(204),
  },
  getOwnFile: {
    make: ownersFile,
    expected: { owner: 200, 'other member': 404, staff: 404, admin: 404 },
  },
  writeOwnFile: { make: () => ({ body: { name: 'Mia Member' }, headers: ANY }), expected: all(200) },
  listOwnAccesses: {
    make: ownersFile,
    expected: { owner: 200, 'other member': 404, staff: 404, admin: 404 },
  },
  exportOwnFile: {
    make: ownersFile,
    expected: { owner: 200, 'other member': 404, staff: 404, admin: 404 },
  },
  listPatients: { expected: forStaff(200) },
  addPatient: { make: () => ({ body: { name: 'Paula Patient' } }), expected: forStaff(201) },
  getPatient: {
    make: clinic(async (_clinic, world) => ({ path: `/v1/patients/${await patientIdOf(world)}` })),
    expected: forStaff(200),
  },
  changePatient: {
    make: clinic(async (_clinic, world) => ({
      path: `/v1/patients/${await patientIdOf(world)}`,
      body: { phone: '+49 30 5550199' },
      headers: ANY,
    })),
    expected: forStaff(200),
  },
  anonymisePatient: {
    make: clinic(async (_clinic, world) => ({ path: `/v1/patients/${await patientIdOf(world)}` })),
    expected: forAdmins(204),
  },
  listDoctorsOfPatient: {
    make: clinic(async (_clinic, world) => ({ path: `/v1/patients/${await patientIdOf(world)}/doctors` })),
    expected: forStaff(200),
  },
  listAppointments: { expected: all(200) },
  bookAppointment: {
    make: clinic(({ doctorId, typeId, slot }) => ({
      body: { doctorId, appointmentTypeId: typeId, startsAt: slot(0) },
    })),
    expected: all(201),
  },
  getAppointment: { make: ownersAppointment(), expected: ownAndStaff(200) },
  annotateAppointment: {
    make: ownersAppointment('', { body: { reason: 'Check-up' }, headers: ANY }),
    expected: ownAndStaff(200),
  },
  removeAppointment: { make: ownersAppointment(), expected: forAdmins(204) },
  listAppointmentHistory: { make: ownersAppointment('/history'), expected: ownAndStaff(200) },
  rescheduleAppointment: {
    make: clinic(async (own, world) => ({
      path: `${await bookedPath(own, world)}/reschedule`,
      body: { startsAt: own.slot(1) },
    })),
    expected: ownAndStaff(200),
  },
  cancelAppointment: { make: ownersAppointment('/cancel'), expected: ownAndStaff(200) },
  confirmAppointment: {
    make: ownersAppointment('/confirm', {}, { needsApproval: true }),
    expected: forStaff(200),
  },
  declineAppointment: {
    make: ownersAppointment('/decline', {}, { needsApproval: true }),
    expected: forStaff(200),
  },
  receivePatient: { make: ownersAppointment('/arrive'), expected: forStaff(200) },
  finishAppointment: {
    make: clinic(async (own, world) => {
      const path = await bookedPath(own, world);
      await world.praxis.call('POST', `${path}/arrive`, { token: own.staff.accessToken });
      return { path: `${path}/fulfil` };
    }),
    expected: forStaff(200),
  },
  noteNoShow: {
    make: clinic(async (own, world) => {
      const path = await bookedPath(own, world);
      await toThePast(world.praxis, path.split('/').at(-1)!);
      return { path: `${path}/no-show` };
    }),
    expected: forStaff(200),
  },
  payAppointment: {
    make: clinic(async (own, world) => {
      await ownersCard(world);
      const typeId = await own.addType({ price: eur(4500) });
      return {
        path: `${await bookedPath(own, world, typeId)}/payments`,
        body: { method: 'card' },
        headers: keyed(),
      };
    }),
    expected: ownAndStaff(201),
  },
  refundAppointment: {
    make: clinic(async (own, world) => ({
      path: `${await paidPath(own, world)}/refunds`,
      body: { amount: eur(1), reason: 'late' },
      headers: keyed(),
    })),
    expected: forStaff(201),
  },
  listPayments: { expected: all(200) },
  getPayment: { make: ownersMoney('payments'), expected: ownAndStaff(200) },
  listRefunds: { expected: all(200) },
  getRefund: { make: ownersMoney('refunds'), expected: ownAndStaff(200) },
  payOutRefund: {
    make: async (world) => ({ ...(await ownersMoney('refunds', '/pay-out')(world)), headers: keyed() }),
    expected: forStaff(200),
  },
  openFeed: { expected: all(201) },
  closeFeed: {
    make: async ({ praxis, owner }) => {
      const { headers } = await praxis.call('POST', '/v1/calendar-feeds', { token: owner.accessToken });
      return { path: headers.get('location')! };
    },
    expected: { owner: 204, 'other member': 404, staff: 404, admin: 404 },
  },
  readFeed: {
    make: async ({ praxis, owner }) => {
      const { body } = await praxis.call('POST', '/v1/calendar-feeds', { token: owner.accessToken });
      return { path: new URL(body.url).pathname };
    },
    everybody: 200,
  },
  listPosts: { everybody: 200 },
  getPost: { make: somebodysPost('', {}, 'published'), everybody: 200 },
  writePost: { make: () => ({ body: { title: 'A post', content: 'Words.' } }), expected: forStaff(201) },
  changePost: {
    make: somebodysPost('', { body: { title: 'Another' }, headers: ANY }),
    expected: somebodyElses(200),
  },
  removePost: { make: somebodysPost(), expected: somebodyElses(204) },
  publishPost: { make: somebodysPost('/publish', { headers: ANY }), expected: somebodyElses(200) },
  schedulePost: {
    make: somebodysPost('/schedule', { body: { publishAt: '2100-01-01T00:00:00Z' }, headers: ANY }),
    expected: somebodyElses(200),
  },
  unpublishPost: {
    make: inJournal(async (journal) => {
      const post = await draft(journal);
      await step(journal, post, 'schedule', { publishAt: '2100-01-01T00:00:00Z' });
      return { path: `/v1/posts/${post.id}/unpublish`, headers: ANY };
    }),
    expected: somebodyElses(200),
  },
  archivePost: {
    make: somebodysPost('/archive', { headers: ANY }, 'published'),
    expected: somebodyElses(200),
  },
  listRevisions: { make: somebodysPost('/revisions'), expected: somebodyElses(200) },
  restoreRevision: { make: somebodysPost('/revisions/1/restore'), expected: somebodyElses(200) },
  readJournalFeed: { everybody: 200 },
  listComments: { make: somebodysPost('/comments', {}, 'published'), everybody: 200 },
  addComment: {
    make: somebodysPost('/comments', { body: { comment: 'Well said' } }, 'published'),
    expected: all(201),
  },
  listCommentQueue: { expected: forStaff(200) },
  getComment: { make: ownersComment(), everybody: 200 },
  changeComment: {
    make: ownersComment('', { body: { comment: 'Better said' }, headers: ANY }),
    expected: ownAndStaff(200),
  },
  removeComment: { make: ownersComment(), expected: ownAndStaff(204) },
  reportComment: { make: ownersComment('/report'), expected: all(200) },
  approveComment: { make: ownersComment('/approve', {}, 'pending'), expected: forStaff(200) },
  hideComment: { make: ownersComment('/hide'), expected: forStaff(200) },
  markCommentAsSpam: { make: ownersComment('/spam', {}, 'pending'), expected: forStaff(200) },
};

describe('the authorization matrix', () => {
  let praxis: TestPraxis;
  before(async () => {
    praxis = await startTestPraxis();
    // One admin remains, whatever the rows do to the others.
    await makeUser(praxis, 'admin');
  });
  after(() => praxis.stop());

  it('has a row for every route, and none for unknown routes', () => {
    expect(Object.keys(ROWS).sort()).to.deep.equal(ROUTES.map(({ operationId }) => operationId).sort());
  });

  async function tokenOf(caller: Caller, owner: TestUser): Promise<string | undefined> {
    switch (caller) {
      case 'anonymous':
        return undefined;
      case 'owner':
        return owner.accessToken;
      case 'other member':
        return (await makeUser(praxis)).accessToken;
      case 'staff':
      case 'admin':
        return (await makeUser(praxis, caller)).accessToken;
      case 'expired token':
        return expiredTokenFor(praxis, owner);
      case 'revoked session': {
        const { accessToken } = await openSession(praxis, owner);
        await praxis.call('DELETE', '/v1/sessions/current', { token: accessToken });
        return accessToken;
      }
      case 'refresh token as access token':
        return owner.refreshToken;
    }
  }

  const isSignedIn = (caller: Caller): caller is SignedIn =>
    caller === 'owner' || caller === 'other member' || caller === 'staff' || caller === 'admin';

  function expectedStatus(route: Route, row: Row, caller: Caller): number {
    if ('everybody' in row) {
      expect(route.allow, `${route.operationId} is for anyone`).to.equal('anyone');
      // A route that identifies its callers does not ignore an invalid token.
      if (route.identify === true && caller !== 'anonymous' && !isSignedIn(caller)) return 401;
      return row.everybody;
    }
    return isSignedIn(caller) ? row.expected[caller] : 401;
  }

  for (const route of ROUTES)
    for (const caller of CALLERS) {
      const row = ROWS[route.operationId];
      if (row === undefined) continue;
      const status = expectedStatus(route, row, caller);
      it(`${route.operationId} answers ${caller} with ${status}`, async () => {
        const owner = await makeUser(praxis);
        const token = await tokenOf(caller, owner);
        const { path = route.path, body, headers } = (await row.make?.({ praxis, owner })) ?? {};
        const answer = await praxis.call(route.method.toUpperCase(), path, {
          token,
          ...(body !== undefined && { body }),
          ...(headers !== undefined && { headers }),
        });
        expect(answer.status, answer.text).to.equal(status);
      });
    }
});
