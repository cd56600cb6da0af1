import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { Practice } from '../../kernel/practice.js';
import { type Appointment, cancel, forgetTexts } from '../domain/appointment.js';
import { anonymise } from '../domain/patient.js';
import { recordChange } from './appointment-support.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { ClinicPorts } from './ports.js';
import { refundInFull } from './refund-in-full.js';

/** Future appointments are cancelled, because the patient is no longer known. */
const isToCome = ({ status, startsAt, deletedAt }: Appointment, now: Date): boolean =>
  deletedAt === null && (status === 'requested' || status === 'booked') && startsAt > now;

export async function forget(
  ports: ClinicPorts,
  {
    patientId,
    by,
    expectedVersion,
  }: Readonly<{ patientId: string; by: string | null; expectedVersion?: ExpectedVersion }>,
  { clock, practice }: Readonly<{ clock: Clock; practice: Practice }>,
): Promise<void> {
  const { patients, appointments } = ports;
  const patient = await patients.lock(patientId);
  if (patient?.anonymisedAt !== null) throw notFound('patient');
  assertVersion(patient, expectedVersion);
  const now = clock.now();
  for (const appointment of await appointments.lockAllOfPatient(patientId)) {
    const off = isToCome(appointment, now)
      ? cancel(appointment, { by: 'practice', reason: null }, now)
      : appointment;
    const saved = await appointments.save(forgetTexts(off, now));
    if (off === appointment) continue;
    await recordChange(appointments, saved, { from: appointment.status, by }, { clock });
    // A payment in doubt is refunded by billing if it turns out to be captured.
    await refundInFull(ports, saved, { reason: 'appointment cancelled', by }, practice);
  }
  await patients.save(anonymise(patient, now));
}
