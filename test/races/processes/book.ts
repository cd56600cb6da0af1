// One of several processes that book concurrently: reads its bookings from the arguments, prints `ready`, waits for a
// line on standard input, and prints the outcome of each booking.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { asFunction } from 'awilix';
import { pino } from 'pino';
import { buildContainer } from '../../../src/container.js';
import { DomainError } from '../../../src/kernel/errors.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import type { ClinicCradle } from '../../support/clinic-world.js';
import { openConnections } from '../../support/open-connections.js';
import { makeUnlockedDiary } from '../../support/unlocked-diary.js';

type Plan = Readonly<{
  databaseUrl: string;
  staffId: string;
  typeId: string;
  /** Without locks, so that only the constraints prevent overlaps. */
  naive: boolean;
  bookings: readonly Readonly<{ doctorId: string; patientId: string; startsAt: string }>[];
}>;
const plan = JSON.parse(process.argv[2] ?? '') as Plan;

const secret = 'a secret for tests, longer than 32 bytes';
const config = loadConfig(
  {
    DATABASE_URL: plan.databaseUrl,
    AUTH_SECRET: secret,
    MAIL_URL: 'smtp://127.0.0.1:9',
    DATABASE_POOL_MAX: '20',
  },
  { cwd: '/nonexistent' },
);
const container = buildContainer({
  config,
  logger: pino({ level: 'silent' }),
  databaseUrl: plan.databaseUrl,
  authSecret: secret,
  publicUrl: 'https://praxis.test',
});
if (plan.naive) container.register({ diary: asFunction(makeUnlockedDiary).scoped() });
const { sequelize, bookAppointment } = container.cradle as ClinicCradle;
await openConnections(sequelize, 20);

process.stdout.write('ready\n');
await once(createInterface({ input: process.stdin }), 'line');
const outcomes = await Promise.allSettled(
  plan.bookings.map(({ doctorId, patientId, startsAt }) =>
    bookAppointment({
      caller: { userId: plan.staffId, isStaff: true },
      doctorId,
      appointmentTypeId: plan.typeId,
      patientId,
      startsAt: new Date(startsAt),
      reason: null,
      overrideHours: true,
    }),
  ),
);
const codes = outcomes.map((outcome) => {
  if (outcome.status === 'fulfilled') return 'ok';
  return outcome.reason instanceof DomainError ? outcome.reason.code : String(outcome.reason);
});
process.stdout.write(`${JSON.stringify(codes)}\n`);
await container.dispose();
process.exit(0);
