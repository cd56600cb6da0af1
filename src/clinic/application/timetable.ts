import type { Clock } from '../../kernel/clock.js';
import { DAY, MINUTE, plus } from '../../kernel/clock.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { Interval } from '../domain/interval.js';
import { patientBusy, slotTaken } from '../domain/errors.js';
import {
  alternativesTo,
  assertOffered,
  type Availability,
  type Extent,
  freeStarts,
  isPatientBusy,
  isTaken,
} from '../domain/slots.js';
import { workingIntervals } from '../domain/working-hours.js';
import type { ClinicQueries, DiaryRequest, Schedule, Slot } from './ports.js';

/** A weekly window may begin on the day before the range, and days may have 25 hours or more. */
const PADDING_MS = 2 * DAY;
/** How far ahead to search for alternatives. */
const LOOK_AHEAD_MS = 14 * DAY;

export const padded = ({ from, to }: Interval): Interval => ({
  from: plus(from, -PADDING_MS),
  to: plus(to, PADDING_MS),
});

type Dependencies = Readonly<{ timeZones: TimeZones; clock: Clock }>;

/** The working, absent and busy times of the doctor within the range, and the busy times of the patient. */
export const availabilityOf = (
  { doctor, week, away, busy, patientBusy }: Schedule,
  { from, to }: Interval,
  { timeZones }: Pick<Dependencies, 'timeZones'>,
): Availability => ({
  working: workingIntervals(week, timeZones.stretches(from, to, doctor.timeZone)),
  away,
  busy,
  patientBusy,
});

export const earliestStart = (type: Readonly<{ minNoticeMinutes: number }>, now: Date): Date =>
  plus(now, type.minNoticeMinutes * MINUTE);

/** The first `limit` starts in `range` that are free for the doctor and the patient of the schedule. */
export function slotsOf(
  schedule: Schedule,
  range: Interval,
  { timeZones, clock }: Dependencies,
  limit = Infinity,
): Slot[] {
  const availability = availabilityOf(schedule, padded(range), { timeZones });
  return freeStarts(availability, schedule.type, {
    range,
    earliest: earliestStart(schedule.type, clock.now()),
    limit,
  });
}

/** An appointment and each of its buffers have at most a day (`TYPE_RANGES`). */
const LONGEST_MS = DAY;

/** The range of schedule that decides about a start: an appointment of any type lies within it, buffers included. */
export const rangeAround = (startsAt: Date): Interval => ({
  from: plus(startsAt, -LONGEST_MS),
  to: plus(startsAt, LONGEST_MS + LONGEST_MS),
});

type SlotRequest = DiaryRequest & Readonly<{ startsAt: Date; extent: Extent; overrideHours: boolean }>;

/**
 * Refuses a start that `/slots` would not offer. `schedule` covers `rangeAround` the start and has to be read under the locks
 * of the diary. With `overrideHours` only booked appointments matter: not hours, time off, notice or grid.
 * invalid `outside-availability`, `notice-too-short`; conflict `slot-taken` with alternatives, `patient-busy`.
 */
export async function assertSlotAvailable(
  schedule: Schedule,
  { startsAt, extent, overrideHours, ...request }: SlotRequest,
  { clinicQueries, timeZones, clock }: Dependencies & Readonly<{ clinicQueries: ClinicQueries }>,
): Promise<void> {
  const availability = availabilityOf(schedule, padded(rangeAround(startsAt)), { timeZones });
  const earliest = earliestStart(schedule.type, clock.now());
  if (!overrideHours) assertOffered(availability, extent, { startsAt, earliest });
  if (isTaken(availability, extent, startsAt)) {
    const until = plus(startsAt, LOOK_AHEAD_MS);
    const range = padded({ from: startsAt, to: until });
    const ahead = await clinicQueries.schedule({ ...request, range });
    if (ahead === undefined) throw slotTaken();
    const offers = availabilityOf(ahead, range, { timeZones });
    throw slotTaken(alternativesTo(offers, extent, { startsAt, earliest, until }));
  }
  if (isPatientBusy(availability, extent, startsAt)) throw patientBusy();
}
