import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { newDoctor } from '../domain/doctor.js';
import type { ClinicPorts, Doctor, DoctorDetails } from './ports.js';

/** Creates a doctor. invalid `validation`, conflict `doctor-account-taken` */
export type AddDoctor = (details: DoctorDetails) => Promise<Doctor>;

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeAddDoctor =
  ({ clinicUnitOfWork, clock, ids }: Dependencies): AddDoctor =>
  (details) => {
    const doctor = newDoctor(ids.next(), details, clock.now());
    return clinicUnitOfWork.run(async ({ doctors }) => {
      await doctors.insert(doctor);
      return doctor;
    });
  };
