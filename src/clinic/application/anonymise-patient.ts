import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { type Appointment, cancel, forgetTexts } from '../domain/appointment.js';
import { anonymise } from '../domain/patient.js';
import { recordChange } from './appointment-support.js';
import { assertVersion, type ExpectedVersion } from './expected-version.js';
import type { ClinicPorts } from './ports.js';

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  clock: Clock;
}>;

/** What is still to come is called off, for nobody is left who could come. */
const isToCome = ({ status, startsAt, deletedAt }: Appointment, now: Date): boolean =>
  deletedAt === null && (status === 'requested' || status === 'booked') && startsAt > now;

async function forget(
  { patients, appointments }: ClinicPorts,
  {
    patientId,
    by,
    expectedVersion,
  }: Readonly<{ patientId: string; by: string | null; expectedVersion?: ExpectedVersion }>,
  { clock }: Omit<Dependencies, 'clinicUnitOfWork'>,
): Promise<void> {
  const patient = await patients.lock(patientId);
  if (patient?.anonymisedAt !== null) throw notFound('patient');
  assertVersion(patient, expectedVersion);
  const now = clock.now();
  for (const appointment of await appointments.lockAllOfPatient(patientId)) {
    const off = isToCome(appointment, now)
      ? cancel(appointment, { by: 'practice', reason: null }, now)
      : appointment;
    const saved = await appointments.save(forgetTexts(off, now));
    if (off !== appointment)
      await recordChange(appointments, saved, { from: appointment.status, by }, { clock });
  }
  await patients.save(anonymise(patient, now));
}

/**
 * Forgets who a patient is: name, contact and every text about the patient go, the times stay, and what was still to
 * come is cancelled. not_found, stale `version-mismatch`
 */
export type AnonymisePatient = (
  command: Readonly<{ actorId: string; patientId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;
export const makeAnonymisePatient =
  ({ clinicUnitOfWork, clock }: Dependencies): AnonymisePatient =>
  ({ actorId, patientId, expectedVersion }) =>
    clinicUnitOfWork.run((ports) => forget(ports, { patientId, by: actorId, expectedVersion }, { clock }));

/** The same for a member who was erased, if there is a file; and the member's calendar feeds go. Done twice it is done once. */
export type ForgetMember = (command: Readonly<{ userId: string }>) => Promise<void>;
export const makeForgetMember =
  ({ clinicUnitOfWork, clock }: Dependencies): ForgetMember =>
  ({ userId }) =>
    clinicUnitOfWork.run(async (ports) => {
      await ports.calendarFeeds.deleteAll(userId);
      const patient = await ports.patients.findByUser(userId);
      if (patient !== undefined) await forget(ports, { patientId: patient.id, by: null }, { clock });
    });
