import { type Clock, DAY } from '../../kernel/clock.js';
import { invalidField, notFound } from '../../kernel/errors.js';
import type { TimeZones } from '../../kernel/time-zones.js';
import type { Caller, ClinicQueries, Slot } from './ports.js';
import { padded, slotsOf } from './timetable.js';

const MAX_RANGE_MS = 31 * DAY;
/** Bounds the work of one request: serializing more slots would block the event loop. */
const MAX_SLOTS = 2_000;

/**
 * The free starts of a doctor for a type of appointment, ascending; `from` is inclusive, `to` exclusive. For a member it
 * omits starts that overlap the member's own appointments; staff and anonymous callers get all free starts.
 * not_found for an inactive doctor or a retired type; invalid `validation` at /query/to.
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
