import { notFound } from '../../kernel/errors.js';
import type { ClinicQueries, Doctor } from './ports.js';

type Dependencies = Readonly<{ clinicQueries: ClinicQueries }>;

/** A doctor. not_found, for others than staff also if inactive */
export type ViewDoctor = (query: Readonly<{ isStaff: boolean; doctorId: string }>) => Promise<Doctor>;

export const makeViewDoctor =
  ({ clinicQueries }: Dependencies): ViewDoctor =>
  async ({ isStaff, doctorId }) => {
    const doctor = await clinicQueries.doctor(doctorId);
    if (doctor === undefined || !(doctor.isActive || isStaff)) throw notFound('doctor');
    return doctor;
  };
