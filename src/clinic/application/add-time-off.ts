import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newTimeOff } from '../domain/time-off.js';
import { logAccess } from './access.js';
import type { AppointmentView, Caller, ClinicPorts, TimeOff } from './ports.js';

/**
 * Adds a time in which a doctor is absent. Returns the live appointments in that time, which stay until staff move or
 * cancel them. not_found, invalid `validation`
 */
export type AddTimeOff = (
  command: Readonly<{
    caller: Caller;
    doctorId: string;
    startsAt: Date;
    endsAt: Date;
    note: string | null;
  }>,
) => Promise<Readonly<{ timeOff: TimeOff; affected: readonly AppointmentView[] }>>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeAddTimeOff =
  ({ clinicUnitOfWork, clock, ids }: Dependencies): AddTimeOff =>
  ({ caller, doctorId, startsAt, endsAt, note }) =>
    clinicUnitOfWork.run(async ({ doctors, clinicQueries, accessLog }) => {
      // A booking locks the doctor too: it is either in `affected` or sees the time off.
      const doctor = (await doctors.lock([doctorId])).get(doctorId);
      if (doctor === undefined) throw notFound('doctor');
      const timeOff = newTimeOff({ id: ids.next(), doctorId, startsAt, endsAt, note }, clock.now());
      await doctors.insertTimeOff(timeOff);
      const affected = await clinicQueries.affectedBy(doctorId, { from: startsAt, to: endsAt });
      const access = {
        caller,
        action: 'list-affected-appointments',
        resource: `/v1/doctors/${doctorId}/time-off`,
        patientIds: affected.map(({ patient }) => patient.id),
      };
      await logAccess(accessLog, access, { clock, ids });
      return { timeOff, affected };
    });
