import { given } from '../../platform/http/requests/given.js';
import { defineRoute } from '../../platform/http/routing/route.js';
import type { AddAppointmentType } from '../application/add-appointment-type.js';
import type { ChangeAppointmentType } from '../application/change-appointment-type.js';
import type { ListAppointmentTypes } from '../application/list-appointment-types.js';
import type { RemoveAppointmentType } from '../application/remove-appointment-type.js';
import type { ViewAppointmentType } from '../application/view-appointment-type.js';
import { exampleType, exampleTypeDetails, ids } from './examples.js';
import { toTypeView, typeChanges, typeIn, typeView } from './appointment-type-schemas.js';
import { byId } from './schemas.js';

const tag = 'appointment types';
const params = { id: ids.type };

export const appointmentTypeRoutes = [
  defineRoute<{ listAppointmentTypes: ListAppointmentTypes }>()({
    method: 'get',
    path: '/v1/appointment-types',
    operationId: 'listAppointmentTypes',
    tag,
    summary: 'List the bookable types of appointment, by name',
    allow: 'anyone',
    status: 200,
    items: typeView,
    example: { reply: { items: [exampleType], nextCursor: null } },
    handle: async ({ page }, { listAppointmentTypes }) => {
      const { items, next } = await listAppointmentTypes({ page });
      return { items: items.map(toTypeView), next };
    },
  }),
  defineRoute<{ addAppointmentType: AddAppointmentType }>()({
    method: 'post',
    path: '/v1/appointment-types',
    operationId: 'addAppointmentType',
    tag,
    summary: 'Create a type of appointment',
    description:
      'Buffers keep the doctor free before and after; `minNoticeMinutes` and `cancelNoticeMinutes` count back from the start.',
    allow: 'admin',
    body: typeIn,
    status: 201,
    reply: typeView,
    location: (type) => `/v1/appointment-types/${type.id}`,
    problems: ['currency-mismatch'],
    example: { body: exampleTypeDetails, reply: exampleType },
    handle: async ({ body }, { addAppointmentType }) => toTypeView(await addAppointmentType(body)),
  }),
  defineRoute<{ viewAppointmentType: ViewAppointmentType }>()({
    method: 'get',
    path: '/v1/appointment-types/{id}',
    operationId: 'getAppointmentType',
    tag,
    summary: 'Read a type of appointment',
    allow: 'anyone',
    params: byId,
    status: 200,
    reply: typeView,
    example: { params, reply: exampleType },
    handle: async ({ params: { id: typeId } }, { viewAppointmentType }) =>
      toTypeView(await viewAppointmentType({ typeId })),
  }),
  defineRoute<{ changeAppointmentType: ChangeAppointmentType }>()({
    method: 'patch',
    path: '/v1/appointment-types/{id}',
    operationId: 'changeAppointmentType',
    tag,
    summary: 'Change a type of appointment',
    description: 'Existing appointments keep their length, buffers and price.',
    allow: 'admin',
    params: byId,
    body: typeChanges,
    status: 200,
    reply: typeView,
    problems: ['currency-mismatch'],
    example: {
      params,
      body: { durationMinutes: 45 },
      reply: { ...exampleType, durationMinutes: 45, version: 2 },
    },
    handle: async ({ params: { id: typeId }, body, expectedVersion }, { changeAppointmentType }) =>
      toTypeView(await changeAppointmentType({ typeId, changes: given(body), expectedVersion })),
  }),
  defineRoute<{ removeAppointmentType: RemoveAppointmentType }>()({
    method: 'delete',
    path: '/v1/appointment-types/{id}',
    operationId: 'removeAppointmentType',
    tag,
    summary: 'Retire a type of appointment',
    description: 'It cannot be booked any more; appointments of this type keep its name.',
    allow: 'admin',
    params: byId,
    precondition: 'honoured',
    status: 204,
    example: { params },
    handle: ({ params: { id: typeId }, expectedVersion }, { removeAppointmentType }) =>
      removeAppointmentType({ typeId, expectedVersion }),
  }),
];
