import { asFunction } from 'awilix';
import type { ContextModule } from '../platform/context-module.js';
import { makeUnitOfWork } from '../platform/database/unit-of-work.js';
import type { JobHandler } from '../platform/jobs/job-runner.js';
import { asWritingPort, type CradleOf } from '../platform/registrations.js';
import { makeAccessAuditor } from './application/access.js';
import { makeAddDoctor } from './application/add-doctor.js';
import { makeAdvanceAppointment } from './application/advance-appointment.js';
import { makeAnnotateAppointment } from './application/annotate-appointment.js';
import { makeAnonymisePatient } from './application/anonymise-patient.js';
import { type ForgetMember, makeForgetMember } from './application/forget-member.js';
import { makeAddAppointmentType } from './application/add-appointment-type.js';
import { makeChangeAppointmentType } from './application/change-appointment-type.js';
import { makeListAppointmentTypes } from './application/list-appointment-types.js';
import { makeRemoveAppointmentType } from './application/remove-appointment-type.js';
import { makeViewAppointmentType } from './application/view-appointment-type.js';
import { makeBookAppointment } from './application/book-appointment.js';
import { makeCloseFeed } from './application/close-calendar-feed.js';
import { makeOpenFeed } from './application/open-calendar-feed.js';
import { makeReadFeed } from './application/read-calendar-feed.js';
import { makeCancelAppointment } from './application/cancel-appointment.js';
import { makeChangeDoctor } from './application/change-doctor.js';
import { makeFindSlots } from './application/find-slots.js';
import { APPOINTMENT_MAIL } from './application/jobs.js';
import { isMailKind } from './application/mails.js';
import { makeAddPatient } from './application/add-patient.js';
import { makeChangePatient } from './application/change-patient.js';
import { makeExportOwnFile } from './application/export-own-file.js';
import { makeListDoctorsOfPatient } from './application/list-doctors-of-patient.js';
import { makeListOwnAccesses } from './application/list-own-accesses.js';
import { makeListPatientsOfDoctor } from './application/list-patients-of-doctor.js';
import { makeListPatients } from './application/list-patients.js';
import { makeViewOwnFile } from './application/view-own-file.js';
import { makeViewPatient } from './application/view-patient.js';
import { makeWriteOwnFile } from './application/write-own-file.js';
import { makePayAppointment } from './application/pay-appointment.js';
import { makeResumeAppointmentPayment } from './application/resume-appointment-payment.js';
import { makeRefundAppointment } from './application/refund-appointment.js';
import { makeAppointmentOrigin } from './application/appointment-origin.js';
import { APPOINTMENT_ORIGIN } from './domain/receivable.js';
import type { ClinicPorts, ClinicQueries } from './application/ports.js';
import { makeListAppointmentHistory } from './application/list-appointment-history.js';
import { makeListAppointments } from './application/list-appointments.js';
import { makeViewAppointment } from './application/view-appointment.js';
import { makeListDoctors } from './application/list-doctors.js';
import { makeViewDoctor } from './application/view-doctor.js';
import { makeRemoveAppointment } from './application/remove-appointment.js';
import { makeRemoveDoctor } from './application/remove-doctor.js';
import { makeRescheduleAppointment } from './application/reschedule-appointment.js';
import { makeSendAppointmentMail } from './application/send-appointment-mail.js';
import { makeAddTimeOff } from './application/add-time-off.js';
import { makeListTimeOff } from './application/list-time-off.js';
import { makeRemoveTimeOff } from './application/remove-time-off.js';
import { makeSetWorkingHours } from './application/set-working-hours.js';
import { makeViewWorkingHours } from './application/view-working-hours.js';
import { clinicProblems } from './http/problems.js';
import { clinicRoutes } from './http/routes.js';
import { makeClinicMembers } from './infrastructure/clinic-members.js';
import { makeFeedTokens } from './infrastructure/feed-tokens.js';
import { makeAccessLog } from './infrastructure/sequelize/access-log.js';
import { makeAppointmentRepository } from './infrastructure/sequelize/appointment-repository.js';
import { makeAppointmentTypeRepository } from './infrastructure/sequelize/appointment-type-repository.js';
import { makeCalendarFeedRepository } from './infrastructure/sequelize/calendar-feed-repository.js';
import { makeClinicQueries } from './infrastructure/sequelize/clinic-queries.js';
import { makeDiary } from './infrastructure/sequelize/diary.js';
import { makeDoctorRepository } from './infrastructure/sequelize/doctor-repository.js';
import { clinicIntegrityChecks } from './infrastructure/sequelize/integrity-checks.js';
import { makeClinicModels } from './infrastructure/sequelize/models.js';
import { makePatientRepository } from './infrastructure/sequelize/patient-repository.js';

/**
 * Needs the platform's `sequelize`, `database`, `transactions`, `outbox`, `idempotencyKey`, `idempotencyKeys`, `timeZones`,
 * `practice`, `mailer`, `clock`, `ids`, `publicUrl`; `paymentGateway`; identity's `directory`, `cardVault`; cash's `ledger`.
 */
export const clinicRegistrations = {
  // stateless: one for each process
  clinicModels: asFunction(makeClinicModels).singleton(),
  feedTokens: asFunction(makeFeedTokens).singleton(),

  // writing ports: they resolve in a transaction only
  doctors: asWritingPort(makeDoctorRepository),
  appointmentTypes: asWritingPort(makeAppointmentTypeRepository),
  patients: asWritingPort(makePatientRepository),
  diary: asWritingPort(makeDiary),
  appointments: asWritingPort(makeAppointmentRepository),
  accessLog: asWritingPort(makeAccessLog),
  calendarFeeds: asWritingPort(makeCalendarFeedRepository),

  // within a transaction, these join it
  clinicUnitOfWork: asFunction(makeUnitOfWork<ClinicPorts>).scoped(),
  clinicQueries: asFunction(makeClinicQueries).scoped(),
  clinicMembers: asFunction(makeClinicMembers).scoped(),
  accessAuditor: asFunction(makeAccessAuditor).scoped(),

  listDoctors: asFunction(makeListDoctors).scoped(),
  viewDoctor: asFunction(makeViewDoctor).scoped(),
  addDoctor: asFunction(makeAddDoctor).scoped(),
  changeDoctor: asFunction(makeChangeDoctor).scoped(),
  removeDoctor: asFunction(makeRemoveDoctor).scoped(),
  viewWorkingHours: asFunction(makeViewWorkingHours).scoped(),
  setWorkingHours: asFunction(makeSetWorkingHours).scoped(),
  listTimeOff: asFunction(makeListTimeOff).scoped(),
  addTimeOff: asFunction(makeAddTimeOff).scoped(),
  removeTimeOff: asFunction(makeRemoveTimeOff).scoped(),
  findSlots: asFunction(makeFindSlots).scoped(),
  listAppointmentTypes: asFunction(makeListAppointmentTypes).scoped(),
  viewAppointmentType: asFunction(makeViewAppointmentType).scoped(),
  addAppointmentType: asFunction(makeAddAppointmentType).scoped(),
  changeAppointmentType: asFunction(makeChangeAppointmentType).scoped(),
  removeAppointmentType: asFunction(makeRemoveAppointmentType).scoped(),
  viewOwnFile: asFunction(makeViewOwnFile).scoped(),
  writeOwnFile: asFunction(makeWriteOwnFile).scoped(),
  listOwnAccesses: asFunction(makeListOwnAccesses).scoped(),
  exportOwnFile: asFunction(makeExportOwnFile).scoped(),
  listPatients: asFunction(makeListPatients).scoped(),
  viewPatient: asFunction(makeViewPatient).scoped(),
  addPatient: asFunction(makeAddPatient).scoped(),
  changePatient: asFunction(makeChangePatient).scoped(),
  anonymisePatient: asFunction(makeAnonymisePatient).scoped(),
  forgetPatientOfMember: asFunction(makeForgetMember).scoped(),
  listPatientsOfDoctor: asFunction(makeListPatientsOfDoctor).scoped(),
  listDoctorsOfPatient: asFunction(makeListDoctorsOfPatient).scoped(),
  listAppointments: asFunction(makeListAppointments).scoped(),
  viewAppointment: asFunction(makeViewAppointment).scoped(),
  listAppointmentHistory: asFunction(makeListAppointmentHistory).scoped(),
  bookAppointment: asFunction(makeBookAppointment).scoped(),
  annotateAppointment: asFunction(makeAnnotateAppointment).scoped(),
  removeAppointment: asFunction(makeRemoveAppointment).scoped(),
  rescheduleAppointment: asFunction(makeRescheduleAppointment).scoped(),
  cancelAppointment: asFunction(makeCancelAppointment).scoped(),
  advanceAppointment: asFunction(makeAdvanceAppointment).scoped(),
  payAppointment: asFunction(makePayAppointment).scoped(),
  resumeAppointmentPayment: asFunction(makeResumeAppointmentPayment).scoped(),
  refundAppointment: asFunction(makeRefundAppointment).scoped(),
  sendAppointmentMail: asFunction(makeSendAppointmentMail).scoped(),
  openFeed: asFunction(makeOpenFeed).scoped(),
  closeFeed: asFunction(makeCloseFeed).scoped(),
  readFeed: asFunction(makeReadFeed).scoped(),
};
export type ClinicCradle = CradleOf<typeof clinicRegistrations>;

/** Jobs by kind. */
export const clinicJobs = {
  [APPOINTMENT_MAIL]: {
    lane: 'mail',
    makeHandler:
      ({ sendAppointmentMail }: ClinicCradle): JobHandler =>
      async ({ id, payload }) => {
        const kind = String(payload['mail']);
        if (!isMailKind(kind)) throw new Error(`there is no mail of the kind ${kind}`);
        await sendAppointmentMail({
          jobId: id,
          appointmentId: String(payload['appointmentId']),
          revision: Number(payload['revision']),
          kind,
        });
      },
  },
} as const;

export const clinicModule: ContextModule<ClinicCradle> = {
  name: 'clinic',
  tags: [
    { name: 'doctors', description: 'Doctors, their working hours and free slots.' },
    { name: 'appointment types', description: 'Types of appointments that can be booked.' },
    { name: 'patients', description: 'Patient files, and the log of who read them.' },
    { name: 'appointments', description: 'Appointments, without overlaps of a doctor or a patient.' },
    { name: 'calendars', description: 'Calendar feeds for calendar programs.' },
  ],
  registrations: clinicRegistrations,
  routes: clinicRoutes,
  pages: [],
  problems: clinicProblems,
  jobs: clinicJobs,
  recurringJobs: [],
  paymentOrigins: { [APPOINTMENT_ORIGIN]: makeAppointmentOrigin },
  exportMember: {
    section: 'patient',
    async collect({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>, userId) {
      const patient = await clinicQueries.patientOfUser(userId);
      return patient && clinicQueries.record(patient.id);
    },
  },
  memberErased:
    ({ forgetPatientOfMember }: Readonly<{ forgetPatientOfMember: ForgetMember }>) =>
    (userId) =>
      forgetPatientOfMember({ userId }),
  integrityChecks: clinicIntegrityChecks,
};
