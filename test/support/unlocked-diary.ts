import type { ClinicPorts } from '../../src/clinic/application/ports.js';

/** A diary that takes no locks: the naive version in races, which has to fail. */
export const makeUnlockedDiary = ({
  doctors,
  patients,
  clinicQueries,
}: Pick<ClinicPorts, 'doctors' | 'patients' | 'clinicQueries'>): ClinicPorts['diary'] => ({
  async lockAndRead(request) {
    const doctor = await doctors.find(request.doctorId);
    const { patient } = request;
    return {
      doctors: new Map(doctor && [[doctor.id, doctor]]),
      patient: await ('id' in patient ? patients.find(patient.id) : patients.findByUser(patient.userId)),
      schedule: await clinicQueries.schedule(request),
    };
  },
});
