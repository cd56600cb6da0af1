import {
  type Appointment,
  newAppointment,
  restoreAppointment,
} from '../../../src/clinic/domain/appointment.js';
import { type AppointmentType, restoreAppointmentType } from '../../../src/clinic/domain/appointment-type.js';
import { type Doctor, restoreDoctor } from '../../../src/clinic/domain/doctor.js';
import { type Patient, restorePatient } from '../../../src/clinic/domain/patient.js';
import { FakeIds } from '../fakes/ids.js';

const ids = new FakeIds('01940000');
const T0 = new Date('2026-11-21T09:00:00.000Z');
export const nextId = (): string => ids.next();

export const aDoctor = (changes: Partial<Doctor> = {}): Doctor =>
  restoreDoctor({
    id: nextId(),
    name: 'Dr. Ida Falk',
    email: 'falk@praxis.test',
    specialty: null,
    timeZone: 'UTC',
    userId: null,
    isActive: true,
    hoursVersion: 1,
    createdAt: T0,
    updatedAt: T0,
    version: 1,
    ...changes,
  });

export const aType = (changes: Partial<AppointmentType> = {}): AppointmentType =>
  restoreAppointmentType({
    id: nextId(),
    name: 'Consultation',
    durationMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minNoticeMinutes: 0,
    cancelNoticeMinutes: 60,
    maxReschedules: 2,
    price: null,
    needsApproval: false,
    retiredAt: null,
    createdAt: T0,
    updatedAt: T0,
    version: 1,
    ...changes,
  });

export const aPatient = (changes: Partial<Patient> = {}): Patient =>
  restorePatient({
    id: nextId(),
    userId: null,
    name: 'Paula Patient',
    email: null,
    phone: null,
    birthDate: null,
    anonymisedAt: null,
    createdAt: T0,
    updatedAt: T0,
    version: 1,
    ...changes,
  });

export const anAppointment = (
  of: Readonly<{ doctor: Doctor; patient: Patient; type: AppointmentType; startsAt: Date }>,
  changes: Partial<Appointment> = {},
): Appointment =>
  restoreAppointment({
    ...newAppointment(
      {
        id: nextId(),
        doctor: of.doctor,
        patientId: of.patient.id,
        type: of.type,
        startsAt: of.startsAt,
        reason: null,
      },
      T0,
    ),
    ...changes,
  });
