import { defineRoute } from '../../platform/http/routing/route.js';
import type { AdvanceAppointment, Step } from '../application/advance-appointment.js';
import type { CancelAppointment } from '../application/cancel-appointment.js';
import type { RescheduleAppointment } from '../application/reschedule-appointment.js';
import { appointmentView, cancelIn, rescheduleIn, toAppointmentView } from './appointment-schemas.js';
import { BOOKING_PROBLEMS } from './booking-problems.js';
import { exampleAppointment, ids } from './examples.js';
import { byId, callerOf } from './schemas.js';

const tag = 'appointments';
const params = { id: ids.appointment };
const forStaff = { ...exampleAppointment, staffNote: null };

/** A POST route that makes one status transition. */
const step = (
  name: 'confirm' | 'decline' | 'arrive' | 'fulfil' | 'no-show',
  to: Step,
  operationId: string,
  summary: string,
  problems: readonly string[] = [],
) =>
  defineRoute<{ advanceAppointment: AdvanceAppointment }>()({
    method: 'post',
    path: `/v1/appointments/{id}/${name}`,
    operationId,
    tag,
    summary,
    allow: 'staff',
    params: byId,
    precondition: 'honoured',
    status: 200,
    reply: appointmentView,
    problems: ['invalid-transition', ...problems],
    example: { params, reply: { ...forStaff, status: to, version: 2 } },
    handle: async ({ actor, params: { id: appointmentId }, expectedVersion }, { advanceAppointment }) =>
      toAppointmentView(
        await advanceAppointment({ caller: callerOf(actor), appointmentId, to, expectedVersion }),
        true,
      ),
  });

/** Moving, cancelling and every later status of an appointment. */
export const appointmentProgressRoutes = [
  defineRoute<{ rescheduleAppointment: RescheduleAppointment }>()({
    method: 'post',
    path: '/v1/appointments/{id}/reschedule',
    operationId: 'rescheduleAppointment',
    tag,
    summary: 'Move an appointment; it keeps its id',
    description:
      'It keeps its payments. For members the type limits how often and how late. Staff may move it to any time with `overrideHours`, and to a colleague with `doctorId`, also after the patient has arrived. If it fails, the appointment stays unchanged.',
    allow: 'member',
    params: byId,
    body: rescheduleIn,
    precondition: 'honoured',
    status: 200,
    reply: appointmentView,
    problems: ['invalid-transition', 'change-window-closed', 'reschedule-limit', ...BOOKING_PROBLEMS],
    example: {
      params,
      body: { startsAt: '2026-11-23T10:00:00+01:00' },
      reply: {
        ...exampleAppointment,
        startsAt: '2026-11-23T09:00:00.000Z',
        endsAt: '2026-11-23T09:30:00.000Z',
        rescheduleCount: 1,
        version: 2,
      },
    },
    handle: async (
      { actor, params: { id: appointmentId }, body, expectedVersion },
      { rescheduleAppointment },
    ) => {
      const caller = callerOf(actor);
      return toAppointmentView(
        await rescheduleAppointment({ caller, appointmentId, ...body, expectedVersion }),
        caller.isStaff,
      );
    },
  }),
  defineRoute<{ cancelAppointment: CancelAppointment }>()({
    method: 'post',
    path: '/v1/appointments/{id}/cancel',
    operationId: 'cancelAppointment',
    tag,
    summary: 'Cancel an appointment',
    description:
      'Members can cancel until the deadline of the type. What was paid is refunded: a card payment by the gateway, a payment at the desk when staff pay it out.',
    allow: 'member',
    params: byId,
    body: cancelIn,
    bodyOptional: true,
    precondition: 'honoured',
    status: 200,
    reply: appointmentView,
    problems: ['invalid-transition', 'change-window-closed', 'payment-in-doubt'],
    example: {
      params,
      body: {},
      reply: { ...exampleAppointment, status: 'cancelled', cancelledBy: 'patient', version: 2 },
    },
    handle: async (
      { actor, params: { id: appointmentId }, body: { reason }, expectedVersion },
      { cancelAppointment },
    ) => {
      const caller = callerOf(actor);
      return toAppointmentView(
        await cancelAppointment({ caller, appointmentId, reason, expectedVersion }),
        caller.isStaff,
      );
    },
  }),
  step('confirm', 'booked', 'confirmAppointment', 'Confirm a requested appointment'),
  step('decline', 'declined', 'declineAppointment', 'Decline a requested appointment', ['payment-in-doubt']),
  step('arrive', 'arrived', 'receivePatient', 'Note that the patient is there', [
    'slot-taken',
    'patient-busy',
  ]),
  step('fulfil', 'fulfilled', 'finishAppointment', 'Note that the appointment has taken place'),
  step('no-show', 'noShow', 'noteNoShow', 'Mark an appointment as no-show; its time becomes free'),
];
