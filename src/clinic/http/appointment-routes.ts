import { z } from 'zod';
import { defineRoute } from '../../platform/http/routing/route.js';
import { anyOf, id, instantIn } from '../../platform/http/requests/schemas.js';
import type { AnnotateAppointment } from '../application/annotate-appointment.js';
import type { BookAppointment } from '../application/book-appointment.js';
import { APPOINTMENT_STATUSES } from '../application/ports.js';
import type { ListAppointmentHistory } from '../application/list-appointment-history.js';
import type { ListAppointments } from '../application/list-appointments.js';
import type { ViewAppointment } from '../application/view-appointment.js';
import type { RemoveAppointment } from '../application/remove-appointment.js';
import { appointmentProgressRoutes } from './appointment-progress-routes.js';
import { BOOKING_PROBLEMS } from './booking-problems.js';
import { exampleAppointment, ids } from './examples.js';
import {
  appointmentView,
  bookingIn,
  historyView,
  textsIn,
  toAppointmentView,
  toHistoryView,
} from './appointment-schemas.js';
import { byId, callerOf } from './schemas.js';

const tag = 'appointments';
const params = { id: ids.appointment };

export const appointmentRoutes = [
  defineRoute<{ listAppointments: ListAppointments }>()({
    method: 'get',
    path: '/v1/appointments',
    operationId: 'listAppointments',
    tag,
    summary: 'List appointments by start',
    description: 'Members get their own appointments, staff all. `from` and `to` bound the start.',
    allow: 'member',
    query: z.object({
      doctorId: id.optional(),
      patientId: id.optional(),
      from: instantIn.optional(),
      to: instantIn.optional(),
      status: anyOf(APPOINTMENT_STATUSES).optional(),
      sort: z.enum(['startsAt', '-startsAt']).default('startsAt'),
    }),
    status: 200,
    items: appointmentView,
    example: {
      query: { from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z', status: 'booked,arrived' },
      reply: { items: [exampleAppointment], nextCursor: null },
    },
    handle: async ({ actor, query, page }, { listAppointments }) => {
      const caller = callerOf(actor);
      const { sort, status: statuses, ...filter } = query;
      const { items, next } = await listAppointments({
        caller,
        filter: { ...filter, statuses, latestFirst: sort === '-startsAt' },
        page,
      });
      return { items: items.map((appointment) => toAppointmentView(appointment, caller.isStaff)), next };
    },
  }),
  defineRoute<{ bookAppointment: BookAppointment }>()({
    method: 'post',
    path: '/v1/appointments',
    operationId: 'bookAppointment',
    tag,
    summary: 'Book an appointment',
    description:
      'The type determines the end. An appointment of a type that needs approval is `requested` until staff confirm it. A member without a patient file gets one with name and address of the account. Members have limits on the appointments they have ahead (409) and on the bookings they make within an hour (429); staff have none.',
    allow: 'member',
    body: bookingIn,
    status: 201,
    reply: appointmentView,
    location: (appointment) => `/v1/appointments/${appointment.id}`,
    problems: ['not-found', 'too-many-open-appointments', ...BOOKING_PROBLEMS],
    example: {
      body: {
        doctorId: ids.doctor,
        appointmentTypeId: ids.type,
        startsAt: '2026-11-23T09:00:00+01:00',
        reason: 'Check-up',
      },
      reply: { ...exampleAppointment, reason: 'Check-up' },
    },
    handle: async ({ actor, body }, { bookAppointment }) => {
      const caller = callerOf(actor);
      return toAppointmentView(await bookAppointment({ caller, ...body }), caller.isStaff);
    },
  }),
  defineRoute<{ viewAppointment: ViewAppointment }>()({
    method: 'get',
    path: '/v1/appointments/{id}',
    operationId: 'getAppointment',
    tag,
    summary: 'Read an appointment',
    allow: 'member',
    params: byId,
    status: 200,
    reply: appointmentView,
    example: { params, reply: exampleAppointment },
    handle: async ({ actor, params: { id: appointmentId } }, { viewAppointment }) => {
      const caller = callerOf(actor);
      return toAppointmentView(await viewAppointment({ caller, appointmentId }), caller.isStaff);
    },
  }),
  defineRoute<{ annotateAppointment: AnnotateAppointment }>()({
    method: 'patch',
    path: '/v1/appointments/{id}',
    operationId: 'annotateAppointment',
    tag,
    summary: 'Change the texts of an appointment',
    allow: 'member',
    params: byId,
    body: textsIn,
    status: 200,
    reply: appointmentView,
    example: { params, body: { reason: 'Check-up' }, reply: { ...exampleAppointment, version: 2 } },
    handle: async (
      { actor, params: { id: appointmentId }, body, expectedVersion },
      { annotateAppointment },
    ) => {
      const caller = callerOf(actor);
      return toAppointmentView(
        await annotateAppointment({ caller, appointmentId, ...body, expectedVersion }),
        caller.isStaff,
      );
    },
  }),
  defineRoute<{ removeAppointment: RemoveAppointment }>()({
    method: 'delete',
    path: '/v1/appointments/{id}',
    operationId: 'removeAppointment',
    tag,
    summary: 'Delete an appointment that was entered in error',
    allow: 'admin',
    params: byId,
    precondition: 'honoured',
    status: 204,
    problems: ['appointment-has-payments'],
    example: { params },
    handle: ({ actor, params: { id: appointmentId }, expectedVersion }, { removeAppointment }) =>
      removeAppointment({ caller: callerOf(actor), appointmentId, expectedVersion }),
  }),
  defineRoute<{ listAppointmentHistory: ListAppointmentHistory }>()({
    method: 'get',
    path: '/v1/appointments/{id}/history',
    operationId: 'listAppointmentHistory',
    tag,
    summary: 'List the changes of an appointment, oldest first',
    allow: 'member',
    params: byId,
    status: 200,
    items: historyView,
    example: {
      params,
      reply: {
        items: [
          {
            at: '2026-11-21T09:00:00.000Z',
            by: { id: ids.staff, name: 'Samuel Okafor' },
            from: null,
            to: 'booked',
            startsAt: exampleAppointment.startsAt,
            reason: null,
          },
        ],
        nextCursor: null,
      },
    },
    handle: async ({ actor, params: { id: appointmentId }, page }, { listAppointmentHistory }) => {
      const { items, next } = await listAppointmentHistory({ caller: callerOf(actor), appointmentId, page });
      return { items: items.map(toHistoryView), next };
    },
  }),
  ...appointmentProgressRoutes,
];
