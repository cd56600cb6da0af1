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
import type { ScheduleQuery, ClinicQueries, Schedule, Slot } from './ports.js';

/** A day's window may have begun a day before what is asked for, and its day may have 25 hours or more. */
const PADDING_MS = 2 * DAY;
/** How far ahead alternatives are looked for. */
const LOOK_AHEAD_MS = 14 * DAY;

export const padded = ({ from, to }: Interval): Interval => ({
  from: plus(from, -PADDING_MS),
  to: plus(to, PADDING_MS),
});

type Dependencies = Readonly<{ timeZones: TimeZones; clock: Clock }>;

/** When the doctor of `schedule` works, is away and is busy within the padded range, and when the patient is. */
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

/** The starts in `range` that are free for the doctor and the patient of the schedule, the first `limit` of them. */
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

type BookingRequest = Readonly<{
  doctorId: string;
  appointmentTypeId: string;
  patient: NonNullable<ScheduleQuery['patient']>;
  startsAt: Date;
  /** The appointment that is being moved: it does not stand in its own way. */
  exceptId?: string;
  bookings?: ScheduleQuery['bookings'];
}>;

/** From when to when an appointment that starts at `startsAt` could meet something, whatever its type. */
const around = (startsAt: Date): Interval => padded({ from: startsAt, to: plus(startsAt, DAY) });

/** What the wish is judged by; undefined when doctor or type are unknown. Certain only under the locks of both diaries. */
export const scheduleAround = (
  clinicQueries: ClinicQueries,
  { startsAt, ...wish }: BookingRequest,
): Promise<Schedule | undefined> => clinicQueries.schedule({ ...wish, range: around(startsAt) });

/**
 * Refuses a start that is not to be had, as `/slots` would not have offered it, by the schedule around it. With
 * `overrideHours` hours, time off, notice and the grid do not matter; what is booked does.
 * invalid `outside-availability`, `notice-too-short`; conflict `slot-taken` with alternatives, `patient-busy`.
 */
export async function assertSlotAvailable(
  schedule: Schedule,
  { extent, overrideHours, ...wish }: BookingRequest & Readonly<{ extent: Extent; overrideHours: boolean }>,
  { clinicQueries, timeZones, clock }: Dependencies & Readonly<{ clinicQueries: ClinicQueries }>,
): Promise<void> {
  const { startsAt } = wish;
  const availability = availabilityOf(schedule, around(startsAt), { timeZones });
  const earliest = earliestStart(schedule.type, clock.now());
  if (!overrideHours) assertOffered(availability, extent, { startsAt, earliest });
  if (isTaken(availability, extent, startsAt)) {
    const until = plus(startsAt, LOOK_AHEAD_MS);
    const range = padded({ from: startsAt, to: until });
    const ahead = await clinicQueries.schedule({ ...wish, range });
    if (ahead === undefined) throw slotTaken();
    const offers = availabilityOf(ahead, range, { timeZones });
    throw slotTaken(alternativesTo(offers, extent, { startsAt, earliest, until }));
  }
  if (isPatientBusy(availability, extent, startsAt)) throw patientBusy();
}
