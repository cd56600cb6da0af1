import { type Clock, DAY } from '../../kernel/clock.js';
import { invalidField, notFound } from '../../kernel/errors.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { Caller, ClinicQueries, Slot } from './ports.js';
import { padded, slotsOf } from './timetable.js';

const MAX_RANGE_MS = 31 * DAY;
/** More is no choice for anybody, and to write them down takes the process's time from everybody else. */
const MAX_SLOTS = 2_000;

/**
 * The free starts of a doctor for a type of appointment, `from` inclusive, `to` exclusive, ascending. For a member
 * without those that overlap their own appointments. Staff book for others and anonymous callers are nobody's patient:
 * both see all of them.
 * not_found for a doctor or a type that is not there any more; invalid `validation` at /query/to.
 */
export type FindSlots = (
  query: Readonly<{
    caller: Caller | null;
    doctorId: string;
    appointmentTypeId: string;
    from: Date;
    to: Date;
  }>,
) => Promise<readonly Slot[]>;

type Dependencies = Readonly<{ clinicQueries: ClinicQueries; timeZones: TimeZones; clock: Clock }>;

export const makeFindSlots =
  ({ clinicQueries, timeZones, clock }: Dependencies): FindSlots =>
  async ({ caller, doctorId, appointmentTypeId, from, to }) => {
    if (to < from) throw invalidField('/query/to', 'has to be later than from');
    if (to.getTime() - from.getTime() > MAX_RANGE_MS)
      throw invalidField('/query/to', 'has to be at most 31 days later than from');
    const range = padded({ from, to });
    const patient = caller === null || caller.isStaff ? undefined : { userId: caller.userId };
    const schedule = await clinicQueries.schedule({ doctorId, appointmentTypeId, range, patient });
    if (schedule === undefined || !schedule.doctor.isActive || schedule.type.retiredAt !== null)
      throw notFound('doctor or appointment type');
    const slots = slotsOf(schedule, { from, to }, { timeZones, clock }, MAX_SLOTS + 1);
    if (slots.length > MAX_SLOTS)
      throw invalidField('/query/to', `has to be earlier: there are more than ${MAX_SLOTS} free starts`);
    return slots;
  };
