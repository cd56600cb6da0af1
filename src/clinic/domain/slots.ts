import { type Slot, noticeTooShort, outsideAvailability } from './errors.js';
import { type Interval, overlaps } from './interval.js';

export type { Slot } from './errors.js';

/** The length of an appointment and its buffers. */
export type Extent = Readonly<{
  durationMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
}>;

/** The times of a doctor and of the requesting patient. */
export type Availability = Readonly<{
  working: readonly Interval[];
  away: readonly Interval[];
  /** The doctor's appointments, buffers included. */
  busy: readonly Interval[];
  /** The patient's own appointments with any doctor, without buffers; empty without a patient. */
  patientBusy: readonly Interval[];
}>;

const MINUTE_MS = 60_000;

/** The intervals of an appointment at `startsAt`: without buffers (`real`) and with them (`busy`). */
export function occupy(startsAt: Date, extent: Extent): Readonly<{ real: Interval; busy: Interval }> {
  const startMs = startsAt.getTime();
  const endMs = startMs + extent.durationMinutes * MINUTE_MS;
  return {
    real: { from: startsAt, to: new Date(endMs) },
    busy: {
      from: new Date(startMs - extent.bufferBeforeMinutes * MINUTE_MS),
      to: new Date(endMs + extent.bufferAfterMinutes * MINUTE_MS),
    },
  };
}

const ascending = (intervals: readonly Interval[]): Interval[] =>
  [...intervals].sort((a, b) => a.from.getTime() - b.from.getTime());

/** Tells whether any interval of `blocked` overlaps the given one. Calls have to come in ascending order of the given interval. */
function makeCollides(blocked: readonly Interval[]): (interval: Interval) => boolean {
  const sorted = ascending(blocked);
  let first = 0;
  return (interval) => {
    // Later calls ask about later intervals, so what ends before this one can be skipped for good.
    while ((sorted[first]?.to ?? interval.to) <= interval.from) first += 1;
    const next = sorted[first];
    return next !== undefined && overlaps(next, interval);
  };
}

/**
 * The first `limit` free starts in `range` from `earliest` on, ascending. Starts are in steps of the duration from the start
 * of each working interval, and the appointment ends within it. With its buffers it overlaps no appointment and no time off
 * of the doctor; without them it overlaps no appointment of the patient.
 */
export function freeStarts(
  { working, away, busy, patientBusy }: Availability,
  extent: Extent,
  { range, earliest, limit = Infinity }: Readonly<{ range: Interval; earliest: Date; limit?: number }>,
): Slot[] {
  const stepMs = extent.durationMinutes * MINUTE_MS;
  const fromMs = Math.max(range.from.getTime(), earliest.getTime());
  const collides = makeCollides([...away, ...busy]);
  const collidesForPatient = makeCollides(patientBusy);
  const slots: Slot[] = [];
  for (const window of working) {
    const windowMs = window.from.getTime();
    const skipped = Math.max(0, Math.ceil((fromMs - windowMs) / stepMs));
    for (let startMs = windowMs + skipped * stepMs; ; startMs += stepMs) {
      if (startMs + stepMs > window.to.getTime() || startMs >= range.to.getTime()) break;
      const { real, busy: taken } = occupy(new Date(startMs), extent);
      if (collides(taken) || collidesForPatient(real)) continue;
      slots.push({ startsAt: real.from, endsAt: real.to });
      if (slots.length >= limit) return slots;
    }
  }
  return slots;
}

const MAX_ALTERNATIVES = 3;
const BEGINNING_OF_TIME = new Date(-8.64e15);

/** Whether an appointment of the doctor overlaps one that starts at `startsAt`, buffers included. */
export function isTaken({ busy }: Availability, extent: Extent, startsAt: Date): boolean {
  const wanted = occupy(startsAt, extent).busy;
  return busy.some((other) => overlaps(other, wanted));
}

/** Whether an appointment of the patient overlaps one that starts at `startsAt`. */
export function isPatientBusy({ patientBusy }: Availability, extent: Extent, startsAt: Date): boolean {
  const { real } = occupy(startsAt, extent);
  return patientBusy.some((other) => overlaps(other, real));
}

/**
 * Refuses a start that `freeStarts` would not offer even without any appointment:
 * invalid `outside-availability`, `notice-too-short`.
 */
export function assertOffered(
  availability: Availability,
  extent: Extent,
  { startsAt, earliest }: Readonly<{ startsAt: Date; earliest: Date }>,
): void {
  const range = { from: startsAt, to: new Date(startsAt.getTime() + 1) };
  const offered = freeStarts({ ...availability, busy: [], patientBusy: [] }, extent, {
    range,
    earliest: BEGINNING_OF_TIME,
  });
  if (offered.length === 0) throw outsideAvailability();
  if (startsAt < earliest) throw noticeTooShort(earliest);
}

/** The next free starts that the patient can book instead of a taken one. */
export const alternativesTo = (
  availability: Availability,
  extent: Extent,
  { startsAt, earliest, until }: Readonly<{ startsAt: Date; earliest: Date; until: Date }>,
): Slot[] =>
  freeStarts(availability, extent, {
    range: { from: startsAt, to: until },
    earliest,
    limit: MAX_ALTERNATIVES,
  });
