import { randomUUID } from 'node:crypto';
import type { Attack } from './attack.js';
import { callOf, signIn } from './members.js';

const AT_ONCE = 10;
/** The default of LIMIT_OPEN_APPOINTMENTS. */
const MOST = 10;
const DAY_MS = 86_400_000;

type Item = Readonly<{ id: string; startsAt: string }>;

export const attack: Attack = {
  does: 'A member books every free start of a doctor in the next four weeks.',
  async run(target, scale, signal) {
    const call = callOf(target, signal);
    const token = await signIn(call, 'member@praxis.test');
    const listed = async (path: string): Promise<Item[]> =>
      ((await call('GET', path, { token })).body as { items: Item[] }).items;
    const doctorId = (await listed('/v1/doctors'))[0]!.id;
    const appointmentTypeId = (await listed('/v1/appointment-types'))[0]!.id;
    const starts: string[] = [];
    for (let week = 0; week < 4; week += 1) {
      const [from, to] = [week, week + 1].map((weeks) =>
        new Date(Date.now() + (1 + 7 * weeks) * DAY_MS).toISOString(),
      );
      const path = `/v1/doctors/${doctorId}/slots?appointmentTypeId=${appointmentTypeId}&from=${from}&to=${to}`;
      starts.push(...(await listed(path)).map(({ startsAt }) => startsAt));
    }
    const asked = scale === 'small' ? starts.slice(0, 60) : starts;
    const figures = { asked: asked.length, booked: 0, tooMany: 0, rateLimited: 0, otherwise: 0 };
    const book = async (): Promise<void> => {
      for (let startsAt = asked.pop(); startsAt !== undefined; startsAt = asked.pop()) {
        const { status, body } = await call('POST', '/v1/appointments', {
          token,
          headers: { 'idempotency-key': randomUUID() },
          body: { doctorId, appointmentTypeId, startsAt },
        });
        const { code } = body as { code?: string };
        if (status === 201) figures.booked += 1;
        else if (code === 'too-many-open-appointments') figures.tooMany += 1;
        else if (status === 429) figures.rateLimited += 1;
        else figures.otherwise += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, book));
    return figures;
  },
  faults: ({ asked = 0, booked = 0, tooMany = 0, rateLimited = 0 }) => [
    ...(booked > MOST ? [`one member booked ${booked} appointments`] : []),
    ...(asked > 0 && tooMany + rateLimited === 0 ? ['nothing was refused'] : []),
    ...(asked === 0 ? ['no free start was found'] : []),
  ],
};
