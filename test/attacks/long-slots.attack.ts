import { DAY } from '../../src/kernel/clock.js';
import type { Attack } from './attack.js';
import { callOf } from './members.js';
import { pause } from './sockets.js';

const EVERY_MS = 1_000 / 45;
const SCALES = { small: 3, whole: 20 } as const;
const RANGE_DAYS = 31;

type Items = Readonly<{ items: readonly Readonly<{ id: string }>[] }>;

export const attack: Attack = {
  does: 'Asks 45 times a second for the free slots of a month.',
  async run(target, scale, signal) {
    const call = callOf(target, signal);
    const [doctors, types] = [await call('GET', '/v1/doctors'), await call('GET', '/v1/appointment-types')];
    const from = Date.now() + DAY;
    const query = new URLSearchParams({
      appointmentTypeId: (types.body as Items).items[0]!.id,
      from: new Date(from).toISOString(),
      to: new Date(from + RANGE_DAYS * DAY - 1_000).toISOString(),
    });
    const path = `/v1/doctors/${(doctors.body as Items).items[0]!.id}/slots?${query.toString()}`;
    const figures = { answered: 0, refused: 0, unavailable: 0, otherwise: 0, slowestMs: 0 };
    const ask = async (): Promise<void> => {
      const begun = performance.now();
      const { status } = await call('GET', path).catch(() => ({ status: 0 }));
      figures.slowestMs = Math.max(figures.slowestMs, Math.round(performance.now() - begun));
      if (status === 200) figures.answered += 1;
      else if (status === 422 || status === 429) figures.refused += 1;
      else if (status === 503) figures.unavailable += 1;
      else figures.otherwise += 1;
    };
    const asked: Promise<void>[] = [];
    for (const end = Date.now() + SCALES[scale] * 1_000; Date.now() < end && !signal.aborted;) {
      asked.push(ask());
      await pause(EVERY_MS, signal);
    }
    await Promise.all(asked);
    return figures;
  },
  faults: ({ answered = 0, refused = 0, otherwise = 0 }) => [
    ...(answered + refused === 0 ? ['Nothing was answered.'] : []),
    ...(otherwise > 0 ? [`${otherwise} requests were answered otherwise or not at all.`] : []),
  ],
};
