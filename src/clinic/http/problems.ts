import type { ProblemCatalog } from '../../platform/http/replies/problem-catalog.js';

/** The problem types of the clinic. Shared ones are in the catalogues of storefront and cash. */
export const clinicProblems = {
  'slot-taken': {
    status: 409,
    title: 'This time is taken',
    explanation:
      'The doctor has another appointment then, buffers included. `alternatives` lists up to three later free starts.',
    remedy: 'Choose one of the `alternatives`, or ask for the slots again.',
  },
  'patient-busy': {
    status: 409,
    title: 'The patient has another appointment then',
    explanation: 'Live appointments of one patient cannot overlap.',
    remedy: 'Choose another time, or move the other appointment.',
  },
  'too-many-open-appointments': {
    status: 409,
    title: 'You have reached the limit of future appointments',
    explanation: 'A member may have up to `limit` future appointments; staff may book more for them.',
    remedy: 'Cancel an appointment you do not need, or call the practice.',
  },
  'outside-availability': {
    status: 422,
    title: 'The doctor offers no appointment that starts then',
    explanation:
      'It does not fit into the working hours, falls into time off, or is not one of the starts that `/slots` lists.',
    remedy: 'Take a start from `/v1/doctors/{id}/slots`.',
  },
  'notice-too-short': {
    status: 422,
    title: 'This is too soon to be booked',
    explanation: 'The type of appointment requires a minimum notice; `earliest` is the first allowed start.',
    remedy: 'Choose a start at or after `earliest`, or call the practice.',
  },
  'nonexistent-local-time': {
    status: 422,
    title: 'The clocks skip this time',
    explanation:
      'The clocks in the time zone of the doctor are put forward over this time, so it does not exist.',
    remedy: 'Choose another time, and send it with `Z` or an offset.',
  },
  'change-window-closed': {
    status: 409,
    title: 'It is too late to change this yourself',
    explanation: 'Members may cancel or move an appointment until `deadline`.',
    remedy: 'Call the practice.',
  },
  'reschedule-limit': {
    status: 409,
    title: 'This has been moved as often as it may be',
    explanation: 'Members may move an appointment of this type `maxReschedules` times.',
    remedy: 'Cancel it and book another, or call the practice.',
  },
  'doctor-has-appointments': {
    status: 409,
    title: 'This doctor has appointments',
    explanation: 'Appointments refer to the doctor, so the doctor cannot be deleted.',
    remedy: 'Set `isActive` to false instead.',
  },
  'doctor-account-taken': {
    status: 409,
    title: 'This account belongs to another doctor',
    explanation: 'An account is that of one doctor at most.',
    remedy: 'Use another account, or remove it from the other doctor first.',
  },
  'patient-file-exists': {
    status: 409,
    title: 'This member has a patient file',
    explanation: 'A member has one patient file.',
    remedy: 'Change the file that is there.',
  },
  'not-payable': {
    status: 409,
    title: 'There is nothing to pay',
    explanation: 'The appointment has no price, was declined or was cancelled.',
    remedy: 'Read the appointment again.',
  },
  'appointment-has-payments': {
    status: 409,
    title: 'Money was taken for this appointment',
    explanation: 'The books refer to it, so it has to stay.',
    remedy: 'Cancel it instead.',
  },
} as const satisfies ProblemCatalog;
