import { type Clinic, eur, MEMBER, openClinic, STAFF } from './world.js';

export type PayableAppointment = Readonly<{ clinic: Clinic; appointmentId: string }>;
export type Pay = Partial<Parameters<Clinic['payAppointment']>[0]>;

/** A clinic in which MEMBER has booked an appointment at 45.00. */
export async function openPayableAppointment(): Promise<PayableAppointment> {
  const clinic = await openClinic();
  const { id } = await clinic.book({ appointmentTypeId: await clinic.type({ price: eur(4500) }) });
  return { clinic, appointmentId: id };
}

/** Pays for the appointment of the running test, and reads the result. */
export function payingFor(its: () => PayableAppointment) {
  const pay = (changes: Pay) => {
    const { clinic, appointmentId } = its();
    return clinic.payAppointment({
      caller: MEMBER,
      appointmentId,
      method: 'card',
      cardId: null,
      ...changes,
    });
  };
  const payments = () => its().clinic.payments();
  return {
    byCard: (changes: Pay = {}) => pay(changes),
    atDesk: (changes: Pay = {}) => pay({ caller: STAFF, method: 'desk', ...changes }),
    payments,
    statusOf: async () => {
      const { clinic, appointmentId } = its();
      return (await clinic.viewAppointment({ caller: MEMBER, appointmentId })).paymentStatus;
    },
    resume: () => {
      const { clinic, appointmentId } = its();
      return clinic.resumeAppointmentPayment({
        caller: MEMBER,
        appointmentId,
        paymentId: payments()[0]!.id,
      });
    },
    keysAreFree: () =>
      its()
        .clinic.keys()
        .every(({ settled }) => settled),
  };
}
