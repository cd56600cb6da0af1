/** The problems of a start that cannot be booked. */
export const BOOKING_PROBLEMS = [
  'slot-taken',
  'patient-busy',
  'outside-availability',
  'notice-too-short',
  'nonexistent-local-time',
] as const;
