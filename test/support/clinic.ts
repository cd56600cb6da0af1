import { randomUUID } from 'node:crypto';
import { DAY, HOUR, MINUTE, plus } from '../../src/kernel/clock.js';
import { expect } from 'chai';
import { makeUser, type Answer, type TestPraxis, type TestUser } from './praxis.js';

/** A practice whose doctors work round the clock in UTC, so that a test need not consider working hours. */
export type TestClinic = Readonly<{
  admin: TestUser;
  staff: TestUser;
  doctorId: string;
  typeId: string;
  addDoctor(details?: object, weekly?: readonly object[]): Promise<string>;
  addType(details?: object): Promise<string>;
  /** The start of the nth half hour, beginning three days from now; the same n is the same time. */
  slot(n: number): string;
  book(who: TestUser, details?: object): Promise<Answer>;
}>;

export const ROUND_THE_CLOCK = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
  weekday,
  from: '00:00',
  to: '24:00',
}));

export const TYPE = {
  name: 'Consultation',
  durationMinutes: 30,
  cancelNoticeMinutes: 24 * 60,
  maxReschedules: 2,
};

export async function openClinic(praxis: TestPraxis): Promise<TestClinic> {
  const admin = await makeUser(praxis, 'admin');
  const staff = await makeUser(praxis, 'staff');
  const send = async (method: string, path: string, body: unknown, expected: number): Promise<Answer> => {
    const answer = await praxis.call(method, path, {
      token: admin.accessToken,
      body,
      headers: { 'if-match': '*' },
    });
    expect(answer.status, answer.text).to.equal(expected);
    return answer;
  };
  const addDoctor: TestClinic['addDoctor'] = async (details = {}, weekly = ROUND_THE_CLOCK) => {
    const doctor = { name: 'Dr. Ida Falk', email: 'falk@praxis.test', timeZone: 'UTC', ...details };
    const { body } = await send('POST', '/v1/doctors', doctor, 201);
    await send('PUT', `/v1/doctors/${body.id}/working-hours`, { weekly }, 200);
    return body.id as string;
  };
  const addType: TestClinic['addType'] = async (details = {}) => {
    const { body } = await send('POST', '/v1/appointment-types', { ...TYPE, ...details }, 201);
    return body.id as string;
  };
  const doctorId = await addDoctor();
  const typeId = await addType();
  const dayMs = Math.floor(Date.now() / DAY) * DAY + 3 * DAY;
  const slot = (n: number): string => new Date(dayMs + n * 30 * MINUTE).toISOString();
  return {
    admin,
    staff,
    doctorId,
    typeId,
    addDoctor,
    addType,
    slot,
    book: (who, details = {}) =>
      praxis.call('POST', '/v1/appointments', {
        token: who.accessToken,
        body: { doctorId, appointmentTypeId: typeId, startsAt: slot(0), ...details },
      }),
  };
}

/** Moves an appointment into the past, because members cannot book past times through the API. */
export const hoursAgo = (hours: number): Date => plus(new Date(), -hours * HOUR);
export const keyed = (key = randomUUID()): Record<string, string> => ({ 'idempotency-key': key });
