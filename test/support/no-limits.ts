/** Members in tests book and order without limits, unless the test is about the limits. */
export const NO_LIMITS = {
  LIMIT_OPEN_APPOINTMENTS: 'off',
  LIMIT_BOOKINGS_PER_HOUR: 'off',
  LIMIT_UNPAID_ORDERS: 'off',
  LIMIT_UNPAID_PIECES: 'off',
} as const;
