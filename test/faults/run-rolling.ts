import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { eventually } from '../support/processes.js';
import { ServerUnderKill } from '../support/server-under-kill.js';

/**
 * `npm run rolling -- [--rolls 10] [--clients 8]`: two workers are replaced over and over under mixed load. The clients keep
 * their connections and retry nothing, so every request that is lost is counted. Exit 1 when there is one.
 */
const { values } = parseArgs({
  options: { rolls: { type: 'string', default: '10' }, clients: { type: 'string', default: '8' } },
});
const rolls = Number(values.rolls);

const server = new ServerUnderKill({ WORKERS: '2' });
const answers = new Map<string, number>();
const failures: string[] = [];
let answered = 0;
let going = true;

async function ask(
  status: number,
  ...given: Parameters<ServerUnderKill['call']>
): Promise<Record<string, unknown>> {
  const [method, route] = given;
  const what = `${method} ${route.split('?')[0] ?? ''}`;
  const reply = await server.call(...given).catch((error: unknown) => String(error));
  answered += 1;
  answers.set(what, (answers.get(what) ?? 0) + 1);
  if (typeof reply !== 'string' && reply.status === status) return reply.body;
  failures.push(
    `${what}: ${typeof reply === 'string' ? reply : `${reply.status} ${String(reply.body['code'])}`}`,
  );
  return {};
}

async function signIn(who: string): Promise<{ access: string; refresh: string }> {
  const body = { email: `${who}@praxis.test`, password: 'praxis-demo-2026' };
  const session = await ask(201, 'POST', '/v1/sessions', undefined, body);
  return { access: String(session['accessToken']), refresh: String(session['refreshToken']) };
}

try {
  await server.start();
  const admin = (await signIn('admin')).access;
  const make = async (route: string, body: object): Promise<string> =>
    String((await ask(201, 'POST', route, admin, body, randomUUID()))['id']);
  const bank = await make('/v1/cash/real-accounts', { name: 'Rolling', kind: 'external', currency: 'EUR' });
  const [source, target] = [
    await make('/v1/cash/accounts', { name: 'Rolling 1', realAccountId: bank, type: 'equity' }),
    await make('/v1/cash/accounts', { name: 'Rolling 2', realAccountId: bank, type: 'equity' }),
  ];
  const price = { amount: 700, currency: 'EUR' };
  const product = await make('/v1/products', { sku: 'ROLLING', name: 'Rolling', price, stock: 900_000 });

  const client = async (): Promise<void> => {
    let member = await signIn('member');
    const staff = await signIn('staff');
    const order = { lines: [{ productId: product, quantity: 1 }], payment: { method: 'desk' } };
    const transfer = {
      sourceAccountId: source,
      targetAccountId: target,
      amount: { amount: 1, currency: 'EUR' },
    };
    for (let n = 0; going; n += 1) {
      await ask(200, 'GET', '/v1/products');
      await ask(200, 'GET', '/v1/me', member.access);
      await ask(200, 'GET', '/v1/appointments?limit=20', staff.access);
      await ask(201, 'POST', '/v1/orders', member.access, order, randomUUID());
      await ask(201, 'POST', '/v1/cash/transactions', staff.access, transfer, randomUUID());
      if (n % 10 === 9) {
        const renewed = await ask(200, 'POST', '/v1/sessions/refresh', undefined, {
          refreshToken: member.refresh,
        });
        member = { access: String(renewed['accessToken']), refresh: String(renewed['refreshToken']) };
      }
    }
  };
  const clients = Promise.all(Array.from({ length: Number(values.clients) }, client));
  clients.catch(() => undefined);
  const begun = performance.now();
  for (let roll = 1; roll <= rolls; roll += 1) {
    const before = answered;
    await eventually('the clients are at work', () => answered > before + 100);
    const known = server.printed('all workers are new');
    process.kill(server.pid, 'SIGHUP');
    await eventually('all workers are new', () => server.printed('all workers are new') > known, 60_000);
    console.log(`roll ${roll}: ${answered} answers, ${failures.length} failed`);
  }
  const seconds = (performance.now() - begun) / 1_000;
  going = false;
  await clients;
  console.log(Object.fromEntries(answers));
  for (const failure of failures.slice(0, 20)) console.log('failed:', failure);
  console.log(`${rolls} rolls in ${seconds.toFixed(0)} s, ${answered} requests, ${failures.length} failed`);
  const integrity = await server.command('integrity');
  console.log(`integrity: ${integrity.code === 0 ? 'clean' : integrity.stdout}`);
  if (failures.length > 0 || integrity.code !== 0) process.exitCode = 1;
} finally {
  going = false;
  await server.end();
}
