import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY } from '../../src/kernel/clock.js';
import { eventually } from '../support/processes.js';
import { ServerUnderKill, type Reply } from '../support/server-under-kill.js';

const KINDS = ['transfer', 'order', 'booking', 'refresh'] as const;
type Kind = (typeof KINDS)[number];

export type ChaosReport = Readonly<{
  acknowledged: Readonly<Record<Kind, number>>;
  /** Requests that were sent again, and responses that were marked as replayed. */
  retries: number;
  replayed: number;
  /** Requests that were running when the process was killed, and that the reconciler had to settle. */
  parked: number;
  /** Orders whose charge had not begun when the process was killed: answered 402, and paid by another request. */
  unpaid: number;
  /** Broken invariants; empty when all hold. */
  faults: readonly string[];
}>;

/** An action that a client wants done once, however often it has to send the request. */
type Deed = Readonly<{
  kind: Kind;
  attempt(): Promise<Reply>;
  acknowledged(body: Reply['body']): void;
}>;

const CLIENTS = 4;
/** How long a client retries a request that another or a dead one has in flight. */
const PATIENCE_MS = 1_000;
/** A charge that may still reach the gateway is settled after two minutes. */
const GIVE_UP_MS = 240_000;
/** API.md: a refresh token may be sent again within this time when the response to the first was lost. */
const REFRESH_AGAIN_MS = 10_000;
const PASSWORD = 'praxis-demo-2026';
const SLOT_MINUTES = 5;

/**
 * Clients place orders, book appointments, transfer money and refresh their sessions, each action under its own key,
 * and repeat it until it is acknowledged, while node is killed and PostgreSQL stopped. Afterwards every acknowledged
 * action must be stored exactly once, none half done, and every invariant must hold.
 */
export async function chaos(
  options: Readonly<{
    kills: number;
    stops: number;
    effects: number;
    /** Whether to pay by card. A payment that a kill interrupts takes two minutes to be settled. */
    cards: boolean;
    /** Control: clients that send a new key with each retry, which idempotency keys cannot protect. */
    forgetful?: boolean;
  }>,
): Promise<ChaosReport> {
  const server = new ServerUnderKill();
  const faults: string[] = [];
  const counts: Record<Kind, number> = { transfer: 0, order: 0, booking: 0, refresh: 0 };
  const total = () => KINDS.reduce((sum, kind) => sum + counts[kind], 0);
  let [retries, replayed, parkedEver, unpaid, going, over] = [0, 0, 0, 0, true, false];

  /** The same key for every attempt of one action. */
  function makeKey(): () => string {
    const key = randomUUID();
    return options.forgetful === true ? randomUUID : () => key;
  }

  const tokens = new Map<string, string>();
  /** Signs in once for all clients, and again when the token has expired. */
  async function as(who: string): Promise<string> {
    const known = tokens.get(who);
    if (known !== undefined) return known;
    const body = { email: `${who}@praxis.test`, password: PASSWORD };
    const { status, body: session } = await server.call('POST', '/v1/sessions', undefined, body);
    if (status !== 201) throw new Error(`sign-in answered ${status}`);
    tokens.set(who, String(session['accessToken']));
    return String(session['accessToken']);
  }
  async function call(method: string, route: string, who: string, body?: object, key?: string) {
    const reply = await server.call(method, route, await as(who), body, key);
    if (reply.status === 401) tokens.delete(who);
    return reply;
  }
  /** A response, or undefined when the request has to be repeated: no response, 401 for an expired token, 5xx. */
  async function ask(attempt: () => Promise<Reply>): Promise<Reply | undefined> {
    const reply = await attempt().catch(() => undefined);
    if (reply === undefined || reply.status === 401 || reply.status >= 500) return undefined;
    return reply;
  }
  async function insist(attempt: () => Promise<Reply>): Promise<Reply['body']> {
    const deadline = Date.now() + GIVE_UP_MS;
    for (;;) {
      const reply = await ask(attempt);
      if (reply !== undefined && reply.status < 300) return reply.body;
      if (reply !== undefined) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
      if (over || Date.now() > deadline) throw new Error('no answer for minutes');
      await sleep(50);
    }
  }

  /** Resolves with true when the request succeeded, with false when it is still in flight after `withinMs`. */
  async function perform(deed: Deed, withinMs: number): Promise<boolean> {
    let busySince: number | undefined;
    for (;;) {
      const reply = await ask(() => deed.attempt());
      if (reply?.status === 201 || reply?.status === 200) {
        if (reply.replayed) replayed += 1;
        counts[deed.kind] += 1;
        deed.acknowledged(reply.body);
        return true;
      }
      if (reply !== undefined && reply.body['code'] !== 'request-in-flight') {
        faults.push(`a ${deed.kind} was answered ${reply.status} ${JSON.stringify(reply.body)}`);
        return true;
      }
      busySince = reply === undefined ? undefined : (busySince ?? Date.now());
      if (busySince !== undefined && Date.now() - busySince > withinMs) return false;
      if (over) return false;
      retries += 1;
      await sleep(30);
    }
  }

  try {
    await server.start();
    const make = (route: string, body: object, who = 'admin') =>
      insist(() => call('POST', route, who, body, randomUUID()));
    const idOf = (body: Reply['body']) => String(body['id']);
    const times = <T>(make: (number: number) => Promise<T>) =>
      Promise.all(Array.from({ length: CLIENTS }, (_, number) => make(number)));

    // The objects that the clients use.
    const bank = idOf(
      await make('/v1/cash/real-accounts', { name: 'Chaos', kind: 'external', currency: 'EUR' }),
    );
    const envelopes = await times(async (number) =>
      idOf(await make('/v1/cash/accounts', { name: `Chaos ${number}`, realAccountId: bank, type: 'equity' })),
    );
    const STOCK = 900_000;
    const product = idOf(
      await make('/v1/products', {
        sku: 'CHAOS',
        name: 'Chaos',
        price: { amount: 700, currency: 'EUR' },
        stock: STOCK,
      }),
    );
    const type = idOf(
      await make('/v1/appointment-types', {
        name: 'Chaos',
        durationMinutes: SLOT_MINUTES,
        minNoticeMinutes: 0,
      }),
    );
    const diaries = await times(async (number) => {
      const doctor = idOf(
        await make('/v1/doctors', {
          name: `Dr. Chaos ${number}`,
          email: `chaos-${number}@praxis.test`,
          specialty: 'Chaos',
          timeZone: 'UTC',
        }),
      );
      const weekly = Array.from({ length: 7 }, (_, day) => ({
        weekday: day + 1,
        from: '00:00',
        to: '24:00',
      }));
      await insist(() => call('PUT', `/v1/doctors/${doctor}/working-hours`, 'admin', { weekly }));
      return { doctor, patient: idOf(await make('/v1/patients', { name: `Chaos ${number}` }, 'staff')) };
    });
    const member = idOf(await insist(() => call('GET', '/v1/me', 'member')));

    const transfers = new Map<string, Reply['body']>();
    const orders = new Map<string, Reply['body']>();
    const bookings = new Map<string, Reply['body']>();

    const transfer = (client: number, n: number): Deed => {
      const [description, key] = [`client ${client}, request ${n}`, makeKey()];
      const body = {
        sourceAccountId: envelopes[(client + n) % CLIENTS],
        targetAccountId: envelopes[(client + n + 1 + (n % (CLIENTS - 1))) % CLIENTS],
        amount: { amount: 1 + (n % 100), currency: 'EUR' },
        description,
      };
      return {
        kind: 'transfer',
        attempt: () => call('POST', '/v1/cash/transactions', 'staff', body, key()),
        acknowledged: (answer) => transfers.set(description, answer),
      };
    };
    const order = (_client: number, n: number): Deed => {
      const key = makeKey();
      const method = options.cards && n % 2 === 0 ? 'card' : 'desk';
      const body = { lines: [{ productId: product, quantity: 1 + (n % 3) }], payment: { method } };
      /** If the kill came before the charge, the order exists and waits for payment, which needs another key each time. */
      let waiting: Readonly<{ orderId: string; key: () => string }> | undefined;
      return {
        kind: 'order',
        async attempt() {
          const reply =
            waiting === undefined
              ? await call('POST', '/v1/orders', 'member', body, key())
              : await call(
                  'POST',
                  `/v1/orders/${waiting.orderId}/payments`,
                  'member',
                  { method },
                  waiting.key(),
                );
          if (reply.status !== 402 || reply.body['code'] !== 'payment-failed') return reply;
          unpaid += 1;
          waiting = { orderId: String(reply.body['orderId']), key: makeKey() };
          return { ...reply, status: 503 };
        },
        acknowledged: (answer) => orders.set(idOf(answer), answer),
      };
    };
    const firstStart = Math.ceil(Date.now() / DAY) * DAY;
    const booking = (client: number, n: number): Deed => {
      const key = makeKey();
      const startsAt = new Date(firstStart + n * SLOT_MINUTES * 60_000).toISOString();
      const { doctor, patient } = diaries[client]!;
      const body = { doctorId: doctor, appointmentTypeId: type, patientId: patient, startsAt };
      return {
        kind: 'booking',
        attempt: () => call('POST', '/v1/appointments', 'staff', body, key()),
        acknowledged: (answer) => bookings.set(`${doctor} ${startsAt}`, answer),
      };
    };
    const sessions: (string | undefined)[] = [];
    const refresh = (client: number): Deed => {
      let begun: number | undefined;
      return {
        kind: 'refresh',
        async attempt() {
          if (sessions[client] === undefined) {
            const body = { email: 'member@praxis.test', password: PASSWORD };
            const session = await server.call('POST', '/v1/sessions', undefined, body);
            if (session.status !== 201) return session;
            sessions[client] = String(session.body['refreshToken']);
          }
          begun ??= Date.now();
          const body = { refreshToken: sessions[client] };
          const reply = await server.call('POST', '/v1/sessions/refresh', undefined, body);
          if (reply.status !== 401) return reply;
          sessions[client] = undefined;
          // The restart took longer than a token may be repeated, so the client has to sign in again.
          if (Date.now() - begun > REFRESH_AGAIN_MS) return reply;
          return { ...reply, status: 418 };
        },
        acknowledged: (answer) => (sessions[client] = String(answer['refreshToken'])),
      };
    };

    const makers = [transfer, order, booking, refresh];
    /** Each client performs actions of one kind, together with others of its kind. */
    const client = async (number: number): Promise<void> => {
      const makeDeed = makers[number % makers.length]!;
      const lane = Math.floor(number / makers.length);
      let parked: Deed[] = [];
      for (let n = lane; going; n += CLIENTS) {
        const deed = makeDeed(lane, n);
        if (!(await perform(deed, PATIENCE_MS))) {
          parkedEver += 1;
          parked.push(deed);
        }
        if (parked.length > 0 && n % 64 === lane) {
          const left: Deed[] = [];
          for (const waiting of parked) if (!(await perform(waiting, 0))) left.push(waiting);
          parked = left;
        }
      }
      for (const waiting of parked)
        if (!(await perform(waiting, GIVE_UP_MS))) faults.push(`an ${waiting.kind} is under way for ever`);
    };
    const clients = Promise.all(
      Array.from({ length: CLIENTS * makers.length }, (_, number) => client(number)),
    );
    clients.catch(() => undefined);

    const blows: ('kill' | 'stop')[] = [];
    for (let n = 0; n < Math.max(options.kills, options.stops); n += 1) {
      if (n < options.kills) blows.push('kill');
      if (n < options.stops) blows.push('stop');
    }
    const share = options.effects / (blows.length + 1);
    for (const [number, blow] of [...blows, undefined].entries()) {
      await Promise.race([
        eventually('some traffic', () => total() >= share * (number + 1), GIVE_UP_MS),
        clients,
      ]);
      await sleep(Math.random() * 200);
      if (blow === 'stop') await server.stopDatabase();
      if (blow === 'kill') {
        await server.kill();
        await server.start();
      }
    }
    going = false;
    await clients;

    // Checks that everything acknowledged is stored as it was acknowledged, and nothing else.
    async function all(route: string, who: string): Promise<Record<string, unknown>[]> {
      const items: Record<string, unknown>[] = [];
      let cursor: string | null = null;
      do {
        const query = `${route.includes('?') ? '&' : '?'}limit=100${cursor === null ? '' : `&cursor=${cursor}`}`;
        const page = await insist(() => call('GET', route + query, who));
        items.push(...(page['items'] as Record<string, unknown>[]));
        cursor = page['nextCursor'] as string | null;
      } while (cursor !== null);
      return items;
    }
    function compare(
      what: string,
      acknowledged: ReadonlyMap<string, object>,
      there: readonly string[],
    ): void {
      const seen = new Map<string, number>();
      for (const name of there) seen.set(name, (seen.get(name) ?? 0) + 1);
      for (const name of acknowledged.keys())
        if (!seen.has(name)) faults.push(`${what} ${name} was acknowledged and is not there`);
      for (const [name, times] of seen) {
        if (times > 1) faults.push(`${what} ${name} is there ${times} times`);
        if (!acknowledged.has(name)) faults.push(`${what} ${name} is there and was never acknowledged`);
      }
    }

    const posted = await all(`/v1/cash/transactions?realAccountId=${bank}`, 'staff');
    compare(
      'transfer',
      transfers,
      posted.map((item) => String(item['description'])),
    );
    for (const item of posted)
      if (JSON.stringify(transfers.get(String(item['description']))) !== JSON.stringify(item))
        faults.push(`transfer ${String(item['description'])} is not what was acknowledged`);

    const placed = (await all(`/v1/orders?userId=${member}`, 'staff')).filter((item) =>
      (item['lines'] as { productId: string }[]).some(({ productId }) => productId === product),
    );
    compare(
      'order',
      orders,
      placed.map((item) => idOf(item)),
    );
    let sold = 0;
    for (const item of placed) {
      sold += (item['lines'] as { quantity: number }[]).reduce((sum, { quantity }) => sum + quantity, 0);
      const acknowledged = orders.get(idOf(item));
      const bought = acknowledged?.['paymentStatus'] === 'paid';
      if (bought !== (item['paymentStatus'] === 'paid'))
        faults.push(`order ${idOf(item)} was ${bought ? '' : 'not '}paid when acknowledged`);
      if (!bought) continue;
      const entries = await all(`/v1/cash/transactions?origin=order:${idOf(item)}`, 'staff');
      if (entries.length !== 1) faults.push(`order ${idOf(item)} has ${entries.length} entries in the books`);
    }
    const { stock } = await insist(() => call('GET', `/v1/products/${product}`, 'staff'));
    if (stock !== STOCK - sold) faults.push(`${sold} were sold of ${STOCK}, and ${String(stock)} are left`);

    const booked: string[] = [];
    for (const { doctor } of diaries)
      for (const item of await all(`/v1/appointments?doctorId=${doctor}`, 'staff'))
        booked.push(`${doctor} ${String(item['startsAt'])}`);
    compare('booking', bookings, booked);

    const integrity = await server.command('integrity');
    if (integrity.code !== 0) faults.push(integrity.stdout + integrity.stderr);
  } finally {
    going = false;
    over = true;
    await server.end();
  }
  return { acknowledged: counts, retries, replayed, parked: parkedEver, unpaid, faults };
}
