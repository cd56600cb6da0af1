import { z } from 'zod';
import { PAYMENT_METHODS } from '../../kernel/payments.js';
import { defineRoute, repliedWith, type Principal } from '../../platform/http/routing/route.js';
import { id, moneyIn, trimmedText } from '../../platform/http/requests/schemas.js';
import type { PaidAppointment, PayAppointment } from '../application/pay-appointment.js';
import type { RefundAppointment } from '../application/refund-appointment.js';
import type { ResumeAppointmentPayment } from '../application/resume-appointment-payment.js';
import { exampleAppointment, ids } from './examples.js';
import { appointmentView, toAppointmentView } from './appointment-schemas.js';
import { byId, callerOf } from './schemas.js';

const tag = 'appointments';
const params = { id: ids.appointment };

const paidAnswer = ({ appointment, settled }: PaidAppointment, actor: Principal) => {
  const view = toAppointmentView(appointment, callerOf(actor).isStaff);
  return settled ? view : repliedWith(202, view);
};

/** Paying for appointments and giving the money back. */
export const appointmentPaymentRoutes = [
  defineRoute<{ payAppointment: PayAppointment; resumeAppointmentPayment: ResumeAppointmentPayment }>()({
    method: 'post',
    path: '/v1/appointments/{id}/payments',
    operationId: 'payAppointment',
    tag,
    summary: 'Pay for an appointment',
    description:
      'Payments at the desk are for staff. A card payment charges a saved card of the patient, by default the default card. 202: the gateway has not answered yet; read the appointment again later.',
    allow: 'member',
    params: byId,
    body: z.strictObject({ method: z.enum(PAYMENT_METHODS), cardId: id.optional() }),
    idempotency: 'required',
    rejectCardNumbers: true,
    status: 201,
    alsoStatus: [202],
    reply: appointmentView,
    location: (appointment) => `/v1/appointments/${appointment.id}`,
    problems: [
      'not-payable',
      'already-paid',
      'payment-in-doubt',
      'card-declined',
      'no-card',
      'card-expired',
      'card-payments-off',
      'invalid-card-token',
      'payment-failed',
    ],
    example: { params, body: { method: 'card' }, reply: { ...exampleAppointment, paymentStatus: 'paid' } },
    handle: async ({ actor, params: { id: appointmentId }, body }, { payAppointment }) => {
      const { method, cardId = null } = body;
      return paidAnswer(
        await payAppointment({ caller: callerOf(actor), appointmentId, method, cardId }),
        actor,
      );
    },
    resume: async ({ actor, params: { id: appointmentId } }, { resumeAppointmentPayment }, paymentId) =>
      paidAnswer(
        await resumeAppointmentPayment({ caller: callerOf(actor), appointmentId, paymentId }),
        actor,
      ),
  }),
  defineRoute<{ refundAppointment: RefundAppointment }>()({
    method: 'post',
    path: '/v1/appointments/{id}/refunds',
    operationId: 'refundAppointment',
    tag,
    summary: 'Refund a part of what was paid for an appointment',
    description:
      'A card payment goes back to its card by the gateway; with `method` `desk`, and for a payment at the desk, staff pay it out: `POST /v1/refunds/{id}/pay-out`. The refund is pending until then.',
    allow: 'staff',
    idempotency: 'required',
    params: byId,
    body: z.strictObject({
      amount: moneyIn,
      reason: trimmedText({ min: 1, max: 200 }),
      method: z.literal('desk').optional(),
    }),
    status: 201,
    reply: appointmentView,
    location: (appointment) => `/v1/appointments/${appointment.id}`,
    problems: ['refund-exceeds-captured', 'currency-mismatch'],
    example: {
      params,
      body: { amount: { amount: 4500, currency: 'EUR' }, reason: 'The doctor was ill.' },
      reply: { ...exampleAppointment, paymentStatus: 'paid' },
    },
    handle: async ({ actor, params: { id: appointmentId }, body }, { refundAppointment }) => {
      const { amount, reason, method = null } = body;
      const refund = { caller: callerOf(actor), appointmentId, amount, reason, method };
      return toAppointmentView(await refundAppointment(refund), true);
    },
  }),
];
