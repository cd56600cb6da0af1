import type { Clock } from '../../kernel/clock.js';
import { DAY, MINUTE, plus } from '../../kernel/clock.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { Interval } from '../domain/interval.js';
import { slotTaken } from '../domain/errors.js';
import {
  alternativesTo,
  assertOffered,
  type Availability,
  type Extent,
  freeStarts,
  isTaken,
} from '../domain/slots.js';
import { workingIntervals } from '../domain/working-hours.js';
import type { ClinicQueries, Schedule, Slot } from './ports.js';

/** A day's window may have begun a day before what is asked for, and its day may have 25 hours or more. */
const PADDING_MS = 2 * DAY;
/** How far ahead alternatives are looked for. */
const LOOK_AHEAD_MS = 14 * DAY;

export const padded = ({ from, to }: Interval): Interval => ({
  from: plus(from, -PADDING_MS),
  to: plus(to, PADDING_MS),
});

type Dependencies = Readonly<{ timeZones: TimeZones; clock: Clock }>;

/** When the doctor of `schedule` works, is away and is busy within the padded range. */
export const availabilityOf = (
  { doctor, week, away, busy }: Schedule,
  { from, to }: Interval,
  { timeZones }: Pick<Dependencies, 'timeZones'>,
): Availability => ({
  working: workingIntervals(week, timeZones.stretches(from, to, doctor.timeZone)),
  away,
  busy,
});

export const earliestStart = (type: Readonly<{ minNoticeMinutes: number }>, now: Date): Date =>
  plus(now, type.minNoticeMinutes * MINUTE);

/** Every free start in `range`. */
export function slotsOf(schedule: Schedule, range: Interval, { timeZones, clock }: Dependencies): Slot[] {
  const availability = availabilityOf(schedule, padded(range), { timeZones });
  return freeStarts(availability, schedule.type, {
    range,
    earliest: earliestStart(schedule.type, clock.now()),
  });
}

type Wish = Readonly<{
  doctorId: string;
  appointmentTypeId: string;
  startsAt: Date;
  extent: Extent;
  /** The appointment that is being moved: it does not stand in its own way. */
  exceptId?: string;
  /** Hours, time off, notice and the grid do not matter; what is booked does. */
  overrideHours: boolean;
}>;

/**
 * Refuses a start that is not to be had, as `/slots` would not have offered it. Certain only under the doctor's lock.
 * invalid `outside-availability`, `notice-too-short`; conflict `slot-taken` with alternatives.
 */
export async function assertToBeHad(
  clinicQueries: ClinicQueries,
  { doctorId, appointmentTypeId, startsAt, extent, exceptId, overrideHours }: Wish,
  { timeZones, clock }: Dependencies,
): Promise<void> {
  const read = async (
    range: Interval,
  ): Promise<Readonly<{ schedule: Schedule; availability: Availability }>> => {
    const wide = padded(range);
    const schedule = await clinicQueries.schedule(doctorId, appointmentTypeId, wide, exceptId);
    if (schedule === undefined) throw new Error(`no schedule of ${doctorId} for ${appointmentTypeId}`);
    return { schedule, availability: availabilityOf(schedule, wide, { timeZones }) };
  };
  const { schedule, availability } = await read({ from: startsAt, to: plus(startsAt, DAY) });
  const earliest = earliestStart(schedule.type, clock.now());
  if (!overrideHours) assertOffered(availability, extent, { startsAt, earliest });
  if (!isTaken(availability, extent, startsAt)) return;
  const until = plus(startsAt, LOOK_AHEAD_MS);
  const { availability: ahead } = await read({ from: startsAt, to: until });
  throw slotTaken(alternativesTo(ahead, extent, { startsAt, earliest, until }));
}
