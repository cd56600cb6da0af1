import { z } from 'zod';
import { given } from '../../platform/http/requests/given.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import { id, instantIn } from '../../platform/http/requests/schemas.js';
import type { AddDoctor } from '../application/add-doctor.js';
import type { ChangeDoctor } from '../application/change-doctor.js';
import type { FindSlots } from '../application/find-slots.js';
import type { ListPatientsOfDoctor } from '../application/list-patients-of-doctor.js';
import type { ListDoctors } from '../application/list-doctors.js';
import type { ViewDoctor } from '../application/view-doctor.js';
import type { RemoveDoctor } from '../application/remove-doctor.js';
import type { AddTimeOff } from '../application/add-time-off.js';
import type { ListTimeOff } from '../application/list-time-off.js';
import type { RemoveTimeOff } from '../application/remove-time-off.js';
import type { SetWorkingHours } from '../application/set-working-hours.js';
import type { ViewWorkingHours } from '../application/view-working-hours.js';
import {
  exampleAppointment,
  exampleDoctor,
  exampleDoctorForStaff,
  exampleHours,
  examplePatient,
  exampleTimeOff,
  ids,
} from './examples.js';
import { toAppointmentView } from './appointment-schemas.js';
import {
  affectedView,
  doctorChanges,
  doctorIn,
  doctorView,
  slotsView,
  timeOffIn,
  timeOffView,
  toDoctorView,
  toSlotsView,
  toTimeOffView,
  toWeek,
  toWorkingHoursView,
  workingHoursIn,
  workingHoursView,
} from './doctor-schemas.js';
import { patientView, toPatientView } from './patient-schemas.js';
import { byId, callerOf, isStaff } from './schemas.js';

const tag = 'doctors';
const params = { id: ids.doctor };

export const doctorRoutes = [
  defineRoute<{ listDoctors: ListDoctors }>()({
    method: 'get',
    path: '/v1/doctors',
    operationId: 'listDoctors',
    tag,
    summary: 'List doctors by name',
    description: 'The doctors who take appointments; staff also get inactive doctors and e-mail addresses.',
    allow: 'anyone',
    identify: true,
    status: 200,
    items: doctorView,
    example: { reply: { items: [exampleDoctor], nextCursor: null } },
    handle: async ({ actor, page }, { listDoctors }) => {
      const { items, next } = await listDoctors({ isStaff: isStaff(actor), page });
      return { items: items.map((doctor) => toDoctorView(doctor, isStaff(actor))), next };
    },
  }),
  defineRoute<{ addDoctor: AddDoctor }>()({
    method: 'post',
    path: '/v1/doctors',
    operationId: 'addDoctor',
    tag,
    summary: 'Create a doctor',
    allow: 'admin',
    body: doctorIn,
    status: 201,
    reply: doctorView,
    location: (doctor) => `/v1/doctors/${doctor.id}`,
    problems: ['doctor-account-taken'],
    example: {
      body: {
        name: 'Dr. Ida Falk',
        email: 'falk@praxis.example',
        specialty: 'General practice',
        timeZone: 'Europe/Berlin',
      },
      reply: exampleDoctorForStaff,
    },
    handle: async ({ body }, { addDoctor }) => toDoctorView(await addDoctor(body), true),
  }),
  defineRoute<{ viewDoctor: ViewDoctor }>()({
    method: 'get',
    path: '/v1/doctors/{id}',
    operationId: 'getDoctor',
    tag,
    summary: 'Read a doctor',
    allow: 'anyone',
    identify: true,
    params: byId,
    status: 200,
    reply: doctorView,
    example: { params, reply: exampleDoctor },
    handle: async ({ actor, params: { id: doctorId } }, { viewDoctor }) =>
      toDoctorView(await viewDoctor({ isStaff: isStaff(actor), doctorId }), isStaff(actor)),
  }),
  defineRoute<{ changeDoctor: ChangeDoctor }>()({
    method: 'patch',
    path: '/v1/doctors/{id}',
    operationId: 'changeDoctor',
    tag,
    summary: 'Change a doctor',
    description: 'A doctor with `isActive` false takes no more appointments and is visible to staff only.',
    allow: 'admin',
    params: byId,
    body: doctorChanges,
    status: 200,
    reply: doctorView,
    problems: ['doctor-account-taken'],
    example: {
      params,
      body: { specialty: 'Internal medicine' },
      reply: { ...exampleDoctorForStaff, specialty: 'Internal medicine', version: 2 },
    },
    handle: async ({ params: { id: doctorId }, body, expectedVersion }, { changeDoctor }) =>
      toDoctorView(await changeDoctor({ doctorId, changes: given(body), expectedVersion }), true),
  }),
  defineRoute<{ removeDoctor: RemoveDoctor }>()({
    method: 'delete',
    path: '/v1/doctors/{id}',
    operationId: 'removeDoctor',
    tag,
    summary: 'Delete a doctor without appointments',
    allow: 'admin',
    params: byId,
    precondition: 'honoured',
    status: 204,
    problems: ['doctor-has-appointments'],
    example: { params },
    handle: ({ params: { id: doctorId }, expectedVersion }, { removeDoctor }) =>
      removeDoctor({ doctorId, expectedVersion }),
  }),
  defineRoute<{ viewWorkingHours: ViewWorkingHours }>()({
    method: 'get',
    path: '/v1/doctors/{id}/working-hours',
    operationId: 'getWorkingHours',
    tag,
    summary: 'Read the weekly working hours of a doctor',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: workingHoursView,
    example: { params, reply: { ...exampleHours, version: 2 } },
    handle: async ({ params: { id: doctorId } }, { viewWorkingHours }) =>
      toWorkingHoursView(await viewWorkingHours({ doctorId })),
  }),
  defineRoute<{ setWorkingHours: SetWorkingHours }>()({
    method: 'put',
    path: '/v1/doctors/{id}/working-hours',
    operationId: 'setWorkingHours',
    tag,
    summary: 'Replace the weekly working hours of a doctor',
    description:
      'Wall-clock times in the zone of the doctor: 09:00 stays 09:00 when the clocks change. `24:00` is the end of a day. Existing appointments stay.',
    allow: 'staff',
    params: byId,
    body: workingHoursIn,
    status: 200,
    reply: workingHoursView,
    example: { params, body: exampleHours, reply: { ...exampleHours, version: 2 } },
    handle: async ({ params: { id: doctorId }, body, expectedVersion }, { setWorkingHours }) =>
      toWorkingHoursView(await setWorkingHours({ doctorId, week: toWeek(body), expectedVersion })),
  }),
  defineRoute<{ listTimeOff: ListTimeOff }>()({
    method: 'get',
    path: '/v1/doctors/{id}/time-off',
    operationId: 'listTimeOff',
    tag,
    summary: 'List the times off of a doctor, by start',
    allow: 'staff',
    params: byId,
    status: 200,
    items: timeOffView,
    example: { params, reply: { items: [exampleTimeOff], nextCursor: null } },
    handle: async ({ params: { id: doctorId }, page }, { listTimeOff }) => {
      const { items, next } = await listTimeOff({ doctorId, page });
      return { items: items.map(toTimeOffView), next };
    },
  }),
  defineRoute<{ addTimeOff: AddTimeOff }>()({
    method: 'post',
    path: '/v1/doctors/{id}/time-off',
    operationId: 'addTimeOff',
    tag,
    summary: 'Add a time off of a doctor',
    description:
      '`affected` are the live appointments in that time, at most 1000; they stay until staff move or cancel them.',
    allow: 'staff',
    params: byId,
    body: timeOffIn,
    status: 201,
    reply: affectedView,
    location: ({ timeOff }) => `/v1/doctors/${timeOff.doctorId}/time-off/${timeOff.id}`,
    example: {
      params,
      body: { startsAt: exampleTimeOff.startsAt, endsAt: exampleTimeOff.endsAt, note: 'Winter holidays' },
      reply: { timeOff: exampleTimeOff, affected: [{ ...exampleAppointment, staffNote: null }] },
    },
    handle: async ({ actor, params: { id: doctorId }, body }, { addTimeOff }) => {
      const { timeOff, affected } = await addTimeOff({ caller: callerOf(actor), doctorId, ...body });
      return {
        timeOff: toTimeOffView(timeOff),
        affected: affected.map((appointment) => toAppointmentView(appointment, true)),
      };
    },
  }),
  defineRoute<{ removeTimeOff: RemoveTimeOff }>()({
    method: 'delete',
    path: '/v1/doctors/{id}/time-off/{timeOffId}',
    operationId: 'removeTimeOff',
    tag,
    summary: 'Delete a time off of a doctor',
    allow: 'staff',
    params: z.object({ id, timeOffId: id }),
    status: 204,
    example: { params: { ...params, timeOffId: ids.timeOff } },
    handle: ({ params: { id: doctorId, timeOffId } }, { removeTimeOff }) =>
      removeTimeOff({ doctorId, timeOffId }),
  }),
  defineRoute<{ findSlots: FindSlots }>()({
    method: 'get',
    path: '/v1/doctors/{id}/slots',
    operationId: 'findSlots',
    tag,
    summary: 'Find the free starts of a doctor',
    description:
      'Ascending, in steps of the duration from the start of each working window; `from` inclusive, `to` exclusive, at most 31 days and 2000 starts (422 beyond). The response contains times only. For a signed-in member without the starts that overlap their own live appointments, which booking would refuse as `patient-busy`; staff, who book for others, and callers without a sign-in get all of them.',
    allow: 'anyone',
    identify: true,
    params: byId,
    query: z.object({ appointmentTypeId: id, from: instantIn, to: instantIn }),
    status: 200,
    reply: slotsView,
    problems: ['validation'],
    example: {
      params,
      query: { appointmentTypeId: ids.type, from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z' },
      reply: { items: [{ startsAt: '2026-11-23T08:00:00.000Z', endsAt: '2026-11-23T08:30:00.000Z' }] },
    },
    handle: async ({ actor, params: { id: doctorId }, query }, { findSlots }) =>
      toSlotsView(await findSlots({ caller: actor && callerOf(actor), doctorId, ...query })),
  }),
  defineRoute<{ listPatientsOfDoctor: ListPatientsOfDoctor }>()({
    method: 'get',
    path: '/v1/doctors/{id}/patients',
    operationId: 'listPatientsOfDoctor',
    tag,
    summary: 'List the patients with a past or future appointment with a doctor, by name',
    allow: 'staff',
    params: byId,
    status: 200,
    items: patientView,
    example: { params, reply: { items: [examplePatient], nextCursor: null } },
    handle: async ({ actor, params: { id: doctorId }, page }, { listPatientsOfDoctor }) => {
      const { items, next } = await listPatientsOfDoctor({ caller: callerOf(actor), doctorId, page });
      return { items: items.map(toPatientView), next };
    },
  }),
];
