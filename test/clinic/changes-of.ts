import type { AppointmentView } from '../../src/clinic/application/ports.js';
import type { Clinic } from './world.js';

/** The effects of changes to the booked appointment of the running test, without those of its booking. */
export const changesOf = (its: () => Readonly<{ clinic: Clinic; booked: AppointmentView }>) => ({
  resource: () => `/v1/appointments/${its().booked.id}`,
  mailed: () => its().clinic.mails(its().booked.id).slice(2),
  recorded: () => its().clinic.historyOf(its().booked.id).slice(1),
});
