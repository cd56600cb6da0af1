import { z } from 'zod';
import { given } from '../../platform/http/requests/given.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import { trimmedText } from '../../platform/http/requests/schemas.js';
import type { AnonymisePatient } from '../application/anonymise-patient.js';
import type { AddPatient } from '../application/add-patient.js';
import type { ChangePatient } from '../application/change-patient.js';
import type { ExportOwnFile } from '../application/export-own-file.js';
import type { ListDoctorsOfPatient } from '../application/list-doctors-of-patient.js';
import type { ListOwnAccesses } from '../application/list-own-accesses.js';
import type { ListPatients } from '../application/list-patients.js';
import type { ViewOwnFile } from '../application/view-own-file.js';
import type { ViewPatient } from '../application/view-patient.js';
import type { WriteOwnFile } from '../application/write-own-file.js';
import { exampleDoctorForStaff, exampleFile, examplePatient, ids } from './examples.js';
import { doctorView, toDoctorView } from './doctor-schemas.js';
import {
  accessView,
  ownFileIn,
  patientChanges,
  patientIn,
  patientView,
  recordView,
  toAccessView,
  toPatientView,
  toRecordView,
} from './patient-schemas.js';
import { byId, callerOf } from './schemas.js';

const tag = 'patients';
const params = { id: ids.patient };

export const patientRoutes = [
  defineRoute<{ viewOwnFile: ViewOwnFile }>()({
    method: 'get',
    path: '/v1/patients/me',
    operationId: 'getOwnFile',
    tag,
    summary: 'Read your patient file',
    description: 'The file exists once you have booked an appointment or written the file.',
    allow: 'member',
    status: 200,
    reply: patientView,
    problems: ['not-found'],
    example: { reply: examplePatient },
    handle: async ({ actor }, { viewOwnFile }) =>
      toPatientView(await viewOwnFile({ caller: callerOf(actor) })),
  }),
  defineRoute<{ writeOwnFile: WriteOwnFile }>()({
    method: 'put',
    path: '/v1/patients/me',
    operationId: 'writeOwnFile',
    tag,
    summary: 'Write your patient file',
    description: 'Omitted fields are cleared. With `If-Match: *` the file is created if there is none.',
    allow: 'member',
    body: ownFileIn,
    status: 200,
    reply: patientView,
    problems: ['not-found'],
    example: { body: exampleFile, reply: examplePatient },
    handle: async ({ actor, body, expectedVersion }, { writeOwnFile }) =>
      toPatientView(await writeOwnFile({ caller: callerOf(actor), details: body, expectedVersion })),
  }),
  defineRoute<{ listOwnAccesses: ListOwnAccesses }>()({
    method: 'get',
    path: '/v1/patients/me/access-log',
    operationId: 'listOwnAccesses',
    tag,
    summary: 'List the accesses of staff to your data, newest first',
    allow: 'member',
    status: 200,
    items: accessView,
    problems: ['not-found'],
    example: {
      reply: {
        items: [
          {
            at: '2026-11-21T09:00:00.000Z',
            by: { id: ids.staff, name: 'Samuel Okafor' },
            action: 'read-appointment',
            resource: `/v1/appointments/${ids.appointment}`,
          },
        ],
        nextCursor: null,
      },
    },
    handle: async ({ actor, page }, { listOwnAccesses }) => {
      const { items, next } = await listOwnAccesses({ caller: callerOf(actor), page });
      return { items: items.map(toAccessView), next };
    },
  }),
  defineRoute<{ exportOwnFile: ExportOwnFile }>()({
    method: 'get',
    path: '/v1/patients/me/export',
    operationId: 'exportOwnFile',
    tag,
    summary: 'Export all data that is stored about you as a patient',
    allow: 'member',
    status: 200,
    reply: recordView,
    secret: true,
    problems: ['not-found'],
    example: {
      reply: {
        patient: examplePatient,
        appointments: [],
        history: [],
        payments: [],
        refunds: [],
        accessLog: [],
      },
    },
    handle: async ({ actor }, { exportOwnFile }) =>
      toRecordView(await exportOwnFile({ caller: callerOf(actor) })),
  }),
  defineRoute<{ listPatients: ListPatients }>()({
    method: 'get',
    path: '/v1/patients',
    operationId: 'listPatients',
    tag,
    summary: 'List patients, newest first',
    allow: 'staff',
    query: z.object({
      q: trimmedText({ min: 1, max: 254 })
        .optional()
        .meta({ description: 'A prefix of the name, the e-mail address or the phone number' }),
    }),
    status: 200,
    items: patientView,
    example: { query: { q: 'ana' }, reply: { items: [examplePatient], nextCursor: null } },
    handle: async ({ actor, query: { q }, page }, { listPatients }) => {
      const { items, next } = await listPatients({ caller: callerOf(actor), q, page });
      return { items: items.map(toPatientView), next };
    },
  }),
  defineRoute<{ addPatient: AddPatient }>()({
    method: 'post',
    path: '/v1/patients',
    operationId: 'addPatient',
    tag,
    summary: 'Create a patient file, with or without an account',
    allow: 'staff',
    body: patientIn,
    status: 201,
    reply: patientView,
    location: (patient) => `/v1/patients/${patient.id}`,
    problems: ['patient-file-exists'],
    example: { body: exampleFile, reply: { ...examplePatient, userId: null } },
    handle: async ({ actor, body }, { addPatient }) =>
      toPatientView(await addPatient({ caller: callerOf(actor), details: body })),
  }),
  defineRoute<{ viewPatient: ViewPatient }>()({
    method: 'get',
    path: '/v1/patients/{id}',
    operationId: 'getPatient',
    tag,
    summary: 'Read a patient',
    allow: 'staff',
    params: byId,
    status: 200,
    reply: patientView,
    example: { params, reply: examplePatient },
    handle: async ({ actor, params: { id: patientId } }, { viewPatient }) =>
      toPatientView(await viewPatient({ caller: callerOf(actor), patientId })),
  }),
  defineRoute<{ changePatient: ChangePatient }>()({
    method: 'patch',
    path: '/v1/patients/{id}',
    operationId: 'changePatient',
    tag,
    summary: 'Change a patient',
    allow: 'staff',
    params: byId,
    body: patientChanges,
    status: 200,
    reply: patientView,
    problems: ['patient-file-exists'],
    example: {
      params,
      body: { phone: '+49 30 5550199' },
      reply: { ...examplePatient, phone: '+49 30 5550199', version: 2 },
    },
    handle: async ({ actor, params: { id: patientId }, body, expectedVersion }, { changePatient }) =>
      toPatientView(
        await changePatient({ caller: callerOf(actor), patientId, changes: given(body), expectedVersion }),
      ),
  }),
  defineRoute<{ anonymisePatient: AnonymisePatient }>()({
    method: 'delete',
    path: '/v1/patients/{id}',
    operationId: 'anonymisePatient',
    tag,
    summary: 'Anonymise a patient',
    description:
      'Removes name, contact and all texts about the patient and cancels future appointments. The times of appointments stay.',
    allow: 'admin',
    params: byId,
    precondition: 'honoured',
    status: 204,
    example: { params },
    handle: ({ actor, params: { id: patientId }, expectedVersion }, { anonymisePatient }) =>
      anonymisePatient({ actorId: actor.userId, patientId, expectedVersion }),
  }),
  defineRoute<{ listDoctorsOfPatient: ListDoctorsOfPatient }>()({
    method: 'get',
    path: '/v1/patients/{id}/doctors',
    operationId: 'listDoctorsOfPatient',
    tag,
    summary: 'List the doctors with a past or future appointment of a patient, by name',
    allow: 'staff',
    params: byId,
    status: 200,
    items: doctorView,
    example: { params, reply: { items: [exampleDoctorForStaff], nextCursor: null } },
    handle: async ({ actor, params: { id: patientId }, page }, { listDoctorsOfPatient }) => {
      const { items, next } = await listDoctorsOfPatient({ caller: callerOf(actor), patientId, page });
      return { items: items.map((doctor) => toDoctorView(doctor, true)), next };
    },
  }),
];
