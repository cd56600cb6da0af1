import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DAY, MINUTE } from '../../src/kernel/clock.js';
import { readPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { ServerUnderKill, type Reply } from '../support/server-under-kill.js';

/**
 * `npm run soak -- [--minutes 30] [--clients 6] [--pause 60]`: mixed load from clients that wait `pause` ms between two
 * requests. Prints a line a minute: answers, p50 and p99 in ms, resident memory in MiB, open file descriptors and
 * database connections. Exit 1 when an answer was wrong, or when something grows after the first five minutes.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    clients: { type: 'string', default: '6' },
    pause: { type: 'string', default: '60' },
  },
});
const [minutes, clients, pause] = [values.minutes, values.clients, values.pause].map(Number) as [
  number,
  number,
  number,
];
const WARM_UP = Math.min(5, Math.floor(minutes / 2));
const SLOT_MINUTES = 5;

type Sample = Readonly<{
  minute: number;
  answers: number;
  p50: number;
  p99: number;
  rss: number;
  descriptors: number;
  connections: number;
}>;

const server = new ServerUnderKill();
const unexpected = new Map<string, number>();
let durations: number[] = [];
let going = true;

/** Answers are timed as the client sees them. */
async function call(
  expected: readonly number[],
  ...given: Parameters<ServerUnderKill['call']>
): Promise<Reply | undefined> {
  const begun = performance.now();
  const reply = await server.call(...given).catch((error: unknown) => String(error));
  durations.push(performance.now() - begun);
  if (typeof reply !== 'string' && expected.includes(reply.status)) return reply;
  const what = `${given[0]} ${given[1].split('?')[0]}: ${typeof reply === 'string' ? reply : `${reply.status} ${String(reply.body['code'])}`}`;
  unexpected.set(what, (unexpected.get(what) ?? 0) + 1);
  return undefined;
}

async function signIn(who: string) {
  const body = { email: `${who}@praxis.test`, password: 'praxis-demo-2026' };
  const session = (await call([201], 'POST', '/v1/sessions', undefined, body))?.body;
  return { access: String(session?.['accessToken']), refresh: String(session?.['refreshToken']) };
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Server processes of PostgreSQL that serve a connection are its children whose title names a database. */
function connections(): number {
  const postmaster = readPostmaster(path.join(server.home, 'var', 'postgres', 'data'));
  if (postmaster === null) return 0;
  const children = readFileSync(`/proc/${postmaster.pid}/task/${postmaster.pid}/children`, 'utf8')
    .trim()
    .split(' ');
  return children.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('praxis');
    } catch {
      return false; // the process has ended
    }
  }).length;
}

function sample(minute: number): Sample {
  const sorted = durations.sort((a, b) => a - b);
  durations = [];
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return {
    minute,
    answers: sorted.length,
    p50: Math.round(percentile(sorted, 0.5) * 10) / 10,
    p99: Math.round(percentile(sorted, 0.99) * 10) / 10,
    rss: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024),
    descriptors: readdirSync(`/proc/${server.pid}/fd`).length,
    connections: connections(),
  };
}

try {
  await server.start();
  const admin = (await signIn('admin')).access;
  const make = async (route: string, body: object): Promise<string> =>
    String((await call([201], 'POST', route, admin, body, randomUUID()))?.body['id']);
  const bank = await make('/v1/cash/real-accounts', { name: 'Soak', kind: 'external', currency: 'EUR' });
  const envelopes = [
    await make('/v1/cash/accounts', { name: 'Soak 1', realAccountId: bank, type: 'equity' }),
    await make('/v1/cash/accounts', { name: 'Soak 2', realAccountId: bank, type: 'equity' }),
  ];
  const product = await make('/v1/products', {
    sku: 'SOAK',
    name: 'Soak',
    price: { amount: 700, currency: 'EUR' },
    stock: 900_000,
  });
  const type = await make('/v1/appointment-types', {
    name: 'Soak',
    durationMinutes: SLOT_MINUTES,
    minNoticeMinutes: 0,
  });
  const firstStart = Math.ceil(Date.now() / DAY) * DAY;

  const client = async (number: number): Promise<void> => {
    const doctor = await make('/v1/doctors', {
      name: `Dr. Soak ${number}`,
      email: `soak-${number}@praxis.test`,
      specialty: 'Patience',
      timeZone: 'UTC',
    });
    const weekly = Array.from({ length: 7 }, (_, day) => ({ weekday: day + 1, from: '00:00', to: '24:00' }));
    await call([200], 'PUT', `/v1/doctors/${doctor}/working-hours`, admin, { weekly });
    const patient = await make('/v1/patients', { name: `Soak ${number}` });
    let member = await signIn('member');
    let staff = await signIn('staff');
    for (let n = 0; going; n += 1) {
      // Access tokens are valid for a quarter of an hour.
      if (n % 400 === 399) {
        staff = await signIn('staff');
        const refreshed = await call([201, 200], 'POST', '/v1/sessions/refresh', undefined, {
          refreshToken: member.refresh,
        });
        member = {
          access: String(refreshed?.body['accessToken']),
          refresh: String(refreshed?.body['refreshToken']),
        };
      }
      const startsAt = new Date(firstStart + n * SLOT_MINUTES * MINUTE).toISOString();
      const from = new Date(Date.now()).toISOString();
      const to = new Date(Date.now() + 6 * DAY).toISOString();
      const order = { lines: [{ productId: product, quantity: 1 }], payment: { method: 'desk' } };
      const booking = { doctorId: doctor, appointmentTypeId: type, patientId: patient, startsAt };
      const transfer = {
        sourceAccountId: envelopes[n % 2],
        targetAccountId: envelopes[(n + 1) % 2],
        amount: { amount: 1, currency: 'EUR' },
      };
      const deeds: (() => Promise<unknown>)[] = [
        () => call([200], 'GET', '/v1/products'),
        () => call([200], 'GET', '/v1/orders', member.access),
        () =>
          call([200], 'GET', `/v1/doctors/${doctor}/slots?appointmentTypeId=${type}&from=${from}&to=${to}`),
        () => call([200], 'GET', '/v1/me', member.access),
        () => call([200], 'GET', '/v1/appointments?limit=20', staff.access),
        () => call([200], 'GET', '/v1/cash/transactions?limit=20', staff.access),
        () => call([422], 'POST', '/v1/orders', member.access, { lines: [] }, randomUUID()),
        () => call([404], 'GET', `/v1/orders/${randomUUID()}`, member.access),
        ...(n % 4 === 0
          ? [
              () => call([201], 'POST', '/v1/orders', member.access, order, randomUUID()),
              () => call([201], 'POST', '/v1/appointments', staff.access, booking, randomUUID()),
              () => call([201], 'POST', '/v1/cash/transactions', staff.access, transfer, randomUUID()),
            ]
          : []),
      ];
      for (const deed of deeds) {
        await deed();
        await sleep(pause);
      }
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  all.catch(() => undefined);

  const samples: Sample[] = [];
  console.log('| minute | answers | p50 ms | p99 ms | RSS MiB | descriptors | connections |');
  console.log('|---|---|---|---|---|---|---|');
  for (let minute = 1; minute <= minutes; minute += 1) {
    await Promise.race([
      sleep(MINUTE),
      all.then(() => Promise.reject(new Error('the clients have stopped'))),
    ]);
    const seen = sample(minute);
    samples.push(seen);
    console.log(`| ${Object.values(seen).join(' | ')} |`);
  }
  going = false;
  await all;

  const mean = (of: readonly Sample[], what: keyof Sample): number =>
    of.reduce((sum, one) => sum + one[what], 0) / of.length;
  const steady = samples.slice(WARM_UP);
  const [early, late] = [
    steady.slice(0, Math.ceil(steady.length / 3)),
    steady.slice(-Math.ceil(steady.length / 3)),
  ];
  let grown = false;
  for (const [what, allowed] of [
    ['rss', 1.15],
    ['descriptors', 1.15],
    ['connections', 1.15],
    ['p99', 2],
  ] as const) {
    const ratio = mean(late, what) / mean(early, what);
    grown ||= ratio > allowed;
    console.log(
      `${what}: ${mean(early, what).toFixed(1)} early, ${mean(late, what).toFixed(1)} late, ratio ${ratio.toFixed(2)}`,
    );
  }
  for (const [what, count] of unexpected) console.log(`not expected: ${what} (${count} times)`);
  const integrity = await server.command('integrity');
  console.log(`integrity: ${integrity.code === 0 ? 'clean' : integrity.stdout}`);
  if (grown || unexpected.size > 0 || integrity.code !== 0) process.exitCode = 1;
} finally {
  going = false;
  await server.end();
}
