/**
 * Does any anonymous route that takes an address, or a token that stands for one, tell whether the address is known: by the
 * time of its answer, or by that of forty quick requests that follow?
 * Run by `npm run timing`, apart from the tests: it wants a quiet machine. Pairs of both kinds, interleaved in a random
 * order, over HTTP; then the rank test of Mann and Whitney. Prints the seed, p and the medians of both. The control is a
 * server whose mails start at once and take 25 ms of work: the test must detect it, even on a busy machine. Exit code 1 when p is below 0.05 twice in a row for a route,
 * which a fair server reaches once in 400 runs, or when the control is not detected.
 * `PAIRS` (400), `SEED`, `ONLY` (names separated by commas).
 */
import { randomUUID } from 'node:crypto';
import { asValue } from 'awilix';
import type { IdentityPorts, MailTokens } from '../../src/identity/application/ports.js';
import { newPasswordReset } from '../../src/identity/domain/password-reset.js';
import { newRegistration } from '../../src/identity/domain/registration.js';
import type { Mailer } from '../../src/kernel/mail.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { mochaGlobalTeardown } from '../support/postgres.js';
import { freshAddress, makeUser, PASSWORD, startTestPraxis, type TestPraxis } from '../support/praxis.js';
import { mannWhitney, median, randomFrom } from '../support/rank-test.js';

const PAIRS = Number(process.env['PAIRS'] ?? 400);
const WARM_UP = 20;
const QUICK_REQUESTS = 40;
const SIGNIFICANT = 0.05;

type Cradle = Readonly<{ identityUnitOfWork: UnitOfWork<IdentityPorts>; mailTokens: MailTokens }>;

/** A request about an address, and the status that reveals nothing about it. */
type Question = Readonly<{
  path: string;
  status: number;
  body: (email: string, praxis: TestPraxis) => object | Promise<object>;
}>;

/** Somebody has requested an account before; the holder of the token tries a wrong password. */
async function registrationToken(email: string, praxis: TestPraxis): Promise<string> {
  const { identityUnitOfWork, mailTokens } = praxis.container.cradle as Cradle;
  const passwordHash =
    '$argon2id$v=19$m=19456,t=2,p=1$cHJheGlzLWR1bW15LXNhbA$Zm9yLW5vYm9keS1hbmQtbm90aGluZy1hdC1hbGwhISE';
  const registration = newRegistration(
    { id: randomUUID(), email, fullName: 'Mia Member', passwordHash },
    new Date(),
  );
  await identityUnitOfWork.run(({ registrations }) => registrations.insert(registration));
  return mailTokens.mint('registration', registration.id);
}

/** Somebody has requested a reset before; the token contains the id of that reset and an invented signature. */
async function forgedResetToken(email: string, praxis: TestPraxis): Promise<string> {
  const { identityUnitOfWork, mailTokens } = praxis.container.cradle as Cradle;
  const reset = newPasswordReset({ id: randomUUID(), email }, new Date());
  await identityUnitOfWork.run(({ passwordResets }) => passwordResets.insert(reset));
  return mailTokens.mint('email-change', reset.id);
}

const QUESTIONS: Readonly<Record<string, Question>> = {
  'password-resets': { path: '/v1/password-resets', status: 202, body: (email) => ({ email }) },
  registrations: {
    path: '/v1/registrations',
    status: 202,
    body: (email) => ({ email, password: PASSWORD, fullName: 'Mia Member' }),
  },
  sessions: {
    path: '/v1/sessions',
    status: 401,
    body: (email) => ({ email, password: `not ${PASSWORD}` }),
  },
  'registrations/confirm': {
    path: '/v1/registrations/confirm',
    status: 401,
    body: async (email, praxis) => ({
      token: await registrationToken(email, praxis),
      password: `not ${PASSWORD}`,
    }),
  },
  'password-resets/confirm': {
    path: '/v1/password-resets/confirm',
    status: 422,
    body: async (email, praxis) => ({
      token: await forgedResetToken(email, praxis),
      newPassword: `another ${PASSWORD}`,
    }),
  },
};

type Times = Readonly<{ answer: number[]; following: number[] }>;
const noTimes = (): Times => ({ answer: [], following: [] });

async function measurePairs(
  { path, status, body }: Question,
  random: () => number,
  biased: boolean,
): Promise<Readonly<{ known: Times; unknown: Times }>> {
  const praxis = await startTestPraxis({ LOG_LEVEL: 'silent', MAIL_SPREAD_SECONDS: biased ? '0' : '5' });
  if (biased) praxis.container.register('mailer', asValue(busyMailer));
  async function attempt(email: string, times: Times | undefined): Promise<void> {
    const text = JSON.stringify(await body(email, praxis));
    const askedAt = performance.now();
    const response = await fetch(praxis.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    await response.text();
    const answeredAt = performance.now();
    if (response.status !== status) throw new Error(`${path} answered ${String(response.status)}`);
    for (let quick = 0; quick < QUICK_REQUESTS; quick += 1)
      await (await fetch(`${praxis.url}/livez`)).arrayBuffer();
    times?.answer.push(answeredAt - askedAt);
    times?.following.push(performance.now() - answeredAt);
  }
  const [known, unknown] = [noTimes(), noTimes()];
  try {
    for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
      const { email } = await makeUser(praxis);
      // Both have the same length, so that the size of the request does not differ.
      const stranger = freshAddress('member').padStart(email.length, 'm').slice(-email.length);
      const sides = [
        () => attempt(email, pair < 0 ? undefined : known),
        () => attempt(stranger, pair < 0 ? undefined : unknown),
      ];
      if (random() < 0.5) sides.reverse();
      for (const side of sides) await side();
    }
  } finally {
    await praxis.stop();
  }
  return { known, unknown };
}

/** Sends nothing, and blocks the process for as long as a large mail over TLS might. */
const busyMailer: Mailer = {
  send() {
    const until = performance.now() + 25;
    while (performance.now() < until);
    return Promise.resolve();
  },
};

/** The smaller p of two: of the response's time, and of the following requests' time. */
async function measure(name: string, question: Question, biased = false): Promise<number> {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  const { known, unknown } = await measurePairs(question, randomFrom(seed), biased);
  const ps = (['answer', 'following'] as const).map((what) => {
    const { p, auc } = mannWhitney(known[what], unknown[what]);
    const medians = [known, unknown].map((times) => Number(median(times[what]).toFixed(2)));
    console.log(
      JSON.stringify({
        route: name,
        what,
        seed,
        pairs: PAIRS,
        p: Number(p.toPrecision(3)),
        auc: Number(auc.toFixed(3)),
        medianKnownMs: medians[0],
        medianUnknownMs: medians[1],
      }),
    );
    return p;
  });
  return Math.min(...ps);
}

const only = process.env['ONLY']?.split(',');
for (const [name, question] of Object.entries(QUESTIONS))
  if (only?.includes(name) ?? true)
    if ((await measure(name, question)) < SIGNIFICANT && (await measure(name, question)) < SIGNIFICANT)
      process.exitCode = 1;
const [reset] = Object.values(QUESTIONS);
if (reset !== undefined && (only?.includes('control') ?? true)) {
  const p = await measure('control: password-resets whose mails start at once', reset, true);
  if (p >= SIGNIFICANT) process.exitCode = 1;
}
await mochaGlobalTeardown();
