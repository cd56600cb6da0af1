import { DomainError } from '../../kernel/errors.js';

/** A free start and its end. */
export type Slot = Readonly<{ startsAt: Date; endsAt: Date }>;

/** The doctor has another appointment then. `alternatives`: up to three later free starts. */
export const slotTaken = (alternatives: readonly Slot[] = []): DomainError =>
  new DomainError('conflict', 'slot-taken', 'This time is taken.', {
    alternatives: alternatives.map(({ startsAt, endsAt }) => ({
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
    })),
  });

export const patientBusy = (): DomainError =>
  new DomainError('conflict', 'patient-busy', 'The patient has another appointment at this time.');

export const outsideAvailability = (): DomainError =>
  new DomainError('invalid', 'outside-availability', 'The doctor offers no appointment that starts then.');

/** `earliest` is the first start that the type's notice allows. */
export const noticeTooShort = (earliest: Date): DomainError =>
  new DomainError('invalid', 'notice-too-short', 'This is too soon to be booked.', {
    earliest: earliest.toISOString(),
  });

/** `deadline` was the last allowed moment. */
export const changeWindowClosed = (deadline: Date): DomainError =>
  new DomainError(
    'conflict',
    'change-window-closed',
    'It is too late to change this appointment yourself; please call the practice.',
    { deadline: deadline.toISOString() },
  );

export const rescheduleLimit = (maxReschedules: number): DomainError =>
  new DomainError(
    'conflict',
    'reschedule-limit',
    'This appointment has been moved as often as it may be; please call the practice.',
    { maxReschedules },
  );

export const invalidTransition = (from: string, to: string, allowed: readonly string[]): DomainError =>
  new DomainError(
    'conflict',
    'invalid-transition',
    `An appointment that is ${from} cannot become ${to} now.`,
    {
      from,
      to,
      allowed,
    },
  );

/** The clocks skip the requested wall-clock time. */
export const nonexistentLocalTime = (timeZone: string): DomainError =>
  new DomainError(
    'invalid',
    'nonexistent-local-time',
    `The clocks in ${timeZone} skip this time: they are put forward.`,
    { timeZone },
  );

export const doctorHasAppointments = (): DomainError =>
  new DomainError(
    'conflict',
    'doctor-has-appointments',
    'This doctor has appointments, so the record has to stay. Deactivate the doctor instead.',
  );

export const doctorAccountTaken = (): DomainError =>
  new DomainError('conflict', 'doctor-account-taken', 'This account belongs to another doctor.');

export const patientFileExists = (): DomainError =>
  new DomainError('conflict', 'patient-file-exists', 'This member has a patient file already.');

export const currencyMismatch = (currency: string): DomainError =>
  new DomainError('invalid', 'currency-mismatch', `Prices of this practice are in ${currency}.`, {
    currency,
  });

export const notPayable = (): DomainError =>
  new DomainError('conflict', 'not-payable', 'There is nothing to pay for this appointment.');

/** An earlier charge has no known outcome yet; a second one could charge the card twice. */
export const paymentInDoubt = (): DomainError =>
  new DomainError(
    'conflict',
    'payment-in-doubt',
    'An earlier payment has not been settled yet; try again in a few minutes.',
    { retryAfterSeconds: 60 },
  );

export const appointmentHasPayments = (): DomainError =>
  new DomainError(
    'conflict',
    'appointment-has-payments',
    'Money was taken for this appointment, so the record has to stay. Cancel it instead.',
  );

/** The patient has no account, so no saved card. */
export const noCard = (): DomainError =>
  new DomainError('invalid', 'no-card', 'There is no saved card to pay with.');

/** `limit`: the number of future appointments that a member may have. */
export const tooManyOpenAppointments = (limit: number): DomainError =>
  new DomainError(
    'conflict',
    'too-many-open-appointments',
    `You have ${limit} appointments ahead, and cannot book more by yourself. Cancel one, or call the practice.`,
    { limit },
  );

export const tooManyBookings = (retryAfterSeconds: number): DomainError =>
  new DomainError(
    'rate_limited',
    'rate-limited',
    'You have booked too often within an hour. Try again later, or call the practice.',
    { retryAfterSeconds },
  );
