import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/processes.js';
import { GIVE_UP_MS, until, ServerUnderKill, type Reply } from '../support/server-under-kill.js';

export type CrashReport = Readonly<{
  acknowledged: number;
  /** Requests that were sent again, and responses that were marked as replayed. */
  retries: number;
  replayed: number;
  /** Broken invariants; empty when all hold. */
  faults: readonly string[];
}>;

const CLIENTS = 6;

/**
 * Clients post transfers, each under its own key, and repeat them until they are acknowledged, while the process is
 * killed and the database stopped. Afterwards every acknowledged transaction must be stored as it was acknowledged,
 * each request must have had one effect, and the rules of the books must hold.
 */
export async function crashUnderTransfers(
  options: Readonly<{ kills: number; stops: number }>,
): Promise<CrashReport> {
  const server = new ServerUnderKill();
  const acknowledged = new Map<string, Reply['body']>();
  const faults: string[] = [];
  let [retries, replayed, going] = [0, 0, true];
  try {
    await server.start();
    const signIn = async (who: string) => {
      const body = { email: `${who}@praxis.test`, password: 'praxis-demo-2026' };
      const reply = await until(201, () => server.call('POST', '/v1/sessions', undefined, body));
      return String(reply.body['accessToken']);
    };
    const [admin, staff] = [await signIn('admin'), await signIn('staff')];
    const make = async (route: string, body: object) =>
      (await until(201, () => server.call('POST', route, admin, body))).body;
    const bank = await make('/v1/cash/real-accounts', { name: 'Crash', kind: 'external', currency: 'EUR' });
    const envelopes: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const account = { name: `Crash ${n}`, realAccountId: bank['id'], type: 'equity' };
      envelopes.push(String((await make('/v1/cash/accounts', account))['id']));
    }

    const client = async (number: number): Promise<void> => {
      for (let n = 0; going; n += 1) {
        const description = `client ${number}, request ${n}`;
        const body = {
          sourceAccountId: envelopes[(number + n) % 4],
          targetAccountId: envelopes[(number + n + 1 + (n % 3)) % 4],
          amount: { amount: 1 + (n % 100), currency: 'EUR' },
          description,
        };
        const key = randomUUID();
        const reply = await until(
          201,
          () => server.call('POST', '/v1/cash/transactions', staff, body, key),
          () => (retries += 1),
        );
        if (reply.replayed) replayed += 1;
        acknowledged.set(description, reply.body);
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
    clients.catch(() => undefined);
    const blows = [
      ...Array.from({ length: options.kills }, () => 'kill' as const),
      ...Array.from({ length: options.stops }, () => 'stop' as const),
    ];
    for (const blow of blows) {
      const before = acknowledged.size;
      await Promise.race([
        eventually('some traffic', () => acknowledged.size > before + 20, GIVE_UP_MS),
        clients,
      ]);
      await sleep(Math.random() * 200);
      if (blow === 'stop') await server.stopDatabase();
      else {
        await server.kill();
        await server.start();
      }
    }
    const before = acknowledged.size;
    await Promise.race([
      eventually('some traffic', () => acknowledged.size > before + 20, GIVE_UP_MS),
      clients,
    ]);
    going = false;
    await clients;

    const there = new Map<string, object[]>();
    let cursor: string | null = null;
    do {
      const query = `realAccountId=${String(bank['id'])}&limit=100${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = await until(200, () => server.call('GET', `/v1/cash/transactions?${query}`, staff));
      for (const item of page.body['items'] as { description: string }[])
        there.set(item.description, [...(there.get(item.description) ?? []), item]);
      cursor = page.body['nextCursor'] as string | null;
    } while (cursor !== null);
    for (const [description, answer] of acknowledged)
      if (JSON.stringify(there.get(description)) !== JSON.stringify([answer]))
        faults.push(
          `${description} was acknowledged, and there is ${JSON.stringify(there.get(description))}`,
        );
    for (const [description, found] of there)
      if (found.length !== 1) faults.push(`${description} is there ${found.length} times`);
    if (there.size !== acknowledged.size)
      faults.push(`${there.size} are there, ${acknowledged.size} were acknowledged`);
    const { body } = await until(200, () => server.call('GET', '/v1/cash/integrity', admin));
    if (body['ok'] !== true) faults.push(JSON.stringify(body['checks']));
  } finally {
    going = false;
    await server.end();
  }
  return { acknowledged: acknowledged.size, retries, replayed, faults };
}
